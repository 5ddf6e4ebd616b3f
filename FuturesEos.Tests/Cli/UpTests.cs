using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

public class UpTests
{
    private static readonly string[] Names = ["broker", "postgres", "generator", "processor", "orders", "relay"];

    [Fact]
    public async Task a_pipeline_comes_up_is_alone_in_its_folder_and_goes_down_without_a_trace()
    {
        using var folder = new TemporaryFolder();
        await using var up = await UpProgram.StartAsync(folder.Path, "--rate", "20");
        var status = await up.StatusAsync();
        Assert.Equal(Names, status.Processes.Select(process => process.Name));
        Assert.All(
            status.Processes, process => Assert.Equal((PartState.Running, "ok"), (process.State, process.Health)));
        Assert.Equal(up.RunFile.BootstrapServers, status.BootstrapServers);

        var (code, _, talk) = await EosProgram.RunAsync("up", "--data", folder.Path);
        Assert.Equal(1, code);
        Assert.Contains($"process {up.Program.Pid}", talk);

        var pids = await up.PidsAsync();
        Assert.Equal(0, (await EosProgram.RunAsync(Deadline.InSeconds(60), "down", "--data", folder.Path)).ExitCode);
        await up.Program.EndsWithAsync(0);
        Assert.DoesNotContain(pids, UpProgram.IsThere);
        Assert.Null(RunFile.Read(folder.Path));
    }

    [Fact]
    public async Task ctrl_c_to_the_whole_terminal_stops_everything_in_order()
    {
        using var folder = new TemporaryFolder();
        await using var up = await UpProgram.StartAsync(folder.Path, "--rate", "20");
        var pids = await up.PidsAsync();
        var database = (await up.StatusAsync("postgres")).Pid; // in a session of its own: no terminal reaches it
        foreach (var pid in pids.Where(pid => pid != database)) ChildProgram.Signal(pid, "INT");
        Assert.All(pids, pid => Assert.True(UpProgram.IsThere(pid)));
        up.Program.Signal("INT");
        await up.Program.EndsWithAsync(130, Deadline.InSeconds(60));
        Assert.DoesNotContain(pids, UpProgram.IsThere);
    }

    [Fact]
    public async Task a_killed_parent_takes_all_with_it_and_the_next_one_goes_on_with_the_data()
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<int> pids;
        await using (var up = await UpProgram.StartAsync(folder.Path, "--rate", "50"))
        {
            await FunnelOf(up, minimum: 20);
            pids = await up.PidsAsync();
            up.Program.Signal("KILL");
            await Eventually.True(() => !pids.Any(UpProgram.IsThere), Deadline.InSeconds(60));
        }

        Assert.Equal(3, (await EosProgram.RunAsync("status", "--data", folder.Path)).ExitCode);
        await using var next = await UpProgram.StartAsync(folder.Path, "--rate", "0");
        Assert.DoesNotContain("generator", (await next.StatusAsync()).Processes.Select(process => process.Name));
        await FunnelOf(next, minimum: 20);
    }

    [Fact]
    public async Task a_detached_pipeline_outlives_the_command_that_started_it()
    {
        using var folder = new TemporaryFolder();
        var (code, _, talk) =
            await EosProgram.RunAsync(Deadline.InSeconds(90), "up", "--detach", "--rate", "0", "--data", folder.Path);
        Assert.True(code == 0, talk);
        Assert.Equal(0, (await EosProgram.RunAsync("status", "--data", folder.Path)).ExitCode);
        Assert.Equal(0, (await EosProgram.RunAsync(Deadline.InSeconds(60), "down", "--data", folder.Path)).ExitCode);
    }

    [Fact]
    public async Task without_the_brokers_data_it_says_so_and_leaves_the_servers_for_the_remedies()
    {
        using var folder = new TemporaryFolder();
        await using (var up = await UpProgram.StartAsync(folder.Path, "--rate", "50")) await FunnelOf(up, minimum: 20);
        Directory.Delete(folder.In("broker"), recursive: true);
        await using var next = await UpProgram.StartAsync(folder.Path, "--rate", "0");
        Assert.Contains($"{folder.In("broker")} was not there", next.Program.Talk);
        Assert.Equal(
            ["broker", "postgres"], (await next.StatusAsync()).Processes.Select(process => process.Name));
        Assert.Equal(0, (await EosProgram.RunAsync("orders", "--data", folder.Path)).ExitCode);
        Assert.Equal(0, (await EosProgram.RunAsync(Deadline.InSeconds(60), "down", "--data", folder.Path)).ExitCode);
        await next.Program.EndsWithAsync(1);
    }

    private static async Task FunnelOf(UpProgram up, long minimum)
    {
        using var probe = new FuturesEos.Cli.Watching.FunnelProbe(
            PipelineContext.KafkaAt(up.RunFile.BootstrapServers), up.RunFile.Postgres);
        await Eventually.True(() => probe.Decisions >= minimum, Deadline.InSeconds(30));
    }
}
