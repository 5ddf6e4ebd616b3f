using System.Text.Json;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using Xunit;

namespace FuturesEos.Tests.Support;

/// <summary>
/// <c>eos up</c> in a folder of a test's own. Whatever the test does, nothing of it is left at the end.
/// </summary>
internal sealed class UpProgram : IAsyncDisposable
{
    private static readonly TimeSpan StartAllowance = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopAllowance = TimeSpan.FromSeconds(60);

    private UpProgram(ChildProgram program, string folder) => (Program, Folder) = (program, folder);

    /// <summary>The process that was started.</summary>
    public ChildProgram Program { get; }

    /// <summary>Its data folder.</summary>
    public string Folder { get; }

    /// <summary>What it left for other commands.</summary>
    public RunFile RunFile => RunFile.ReadRunning(Folder) ?? throw new InvalidOperationException("it does not run");

    /// <summary>Starts it and waits until it is healthy; skips the test where there is no PostgreSQL.</summary>
    public static Task<UpProgram> StartAsync(string folder, params string[] arguments) =>
        StartAsync(folder, new Dictionary<string, string?>(), arguments);

    /// <summary>The same, with these variables in its environment.</summary>
    public static async Task<UpProgram> StartAsync(
        string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        SkipWithoutPostgres();
        var up = new UpProgram(EosProgram.Start(environment, ["up", "--data", folder, .. arguments]), folder);
        try
        {
            await Eventually.True(
                () => up.Program.HasExited || RunFile.ReadRunning(folder)?.Pid == up.Program.Pid,
                Deadline.In(StartAllowance), $"up is healthy: {up.Program.Talk}");
            Assert.False(up.Program.HasExited, up.Program.Talk);
            return up;
        }
        catch
        {
            await up.DisposeAsync();
            throw;
        }
    }

    /// <summary>Skips the test where there is no PostgreSQL to start.</summary>
    public static void SkipWithoutPostgres()
    {
        try
        {
            PostgresBinaries.Find();
        }
        catch (ExpectedFailure missing)
        {
            Assert.Skip("needs PostgreSQL: " + missing.Message);
        }
    }

    /// <summary>What <c>eos status --json</c> prints.</summary>
    public async Task<PipelineStatus> StatusAsync()
    {
        var (code, data, talk) = await EosProgram.RunAsync("status", "--json", "--data", Folder);
        Assert.True(code == 0, talk);
        return JsonSerializer.Deserialize<PipelineStatus>(data, Json.Options)!;
    }

    /// <summary>One process of it.</summary>
    public async Task<ProcessStatus> StatusAsync(string name) =>
        (await StatusAsync()).Processes.Single(process => process.Name == name);

    /// <summary>SIGKILL to one process, and the wait until another has taken its place and is healthy.</summary>
    public async Task KillAndAwaitSuccessorAsync(string name)
    {
        var killed = (await StatusAsync(name)).Pid;
        Assert.NotNull(killed);
        ChildProgram.Signal(killed.Value, "KILL");
        await Eventually.True(
            async () => await StatusAsync(name) is { State: PartState.Running, Pid: { } pid } && pid != killed,
            Deadline.In(StartAllowance),
            $"{name} comes back");
    }

    /// <summary>Every process that it started.</summary>
    public async Task<IReadOnlyList<int>> PidsAsync() =>
        [.. (await StatusAsync()).Processes.Select(process => process.Pid).OfType<int>()];

    /// <summary>Whether a process is there.</summary>
    public static bool IsThere(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Program.HasExited) Program.Signal("TERM");
        try
        {
            await Program.ExitAsync(Deadline.In(StopAllowance));
        }
        finally
        {
            Program.Dispose();
        }
    }
}
