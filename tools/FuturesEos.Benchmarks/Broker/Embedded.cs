using System.Diagnostics;
using System.Globalization;
using FuturesEos.Benchmarks.Support;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;

namespace FuturesEos.Benchmarks.Broker;

/// <summary>The embedded broker in a process of its own.</summary>
internal sealed record Embedded(string Name, string Servers, string Folder, string Fsync) : Contestant(Name, Servers)
{
    private Process? _process;

    public override double MemoryMiB => Programs.MemoryMiB(_process!.Id);

    public static async Task<Embedded> StartAsync(string fsync, string scratch)
    {
        var servers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Choose()}");
        var broker = new Embedded($"embedded, fsync={fsync}", servers, Path.Combine(scratch, "embedded-" + fsync), fsync);
        await broker.StartAsync();
        await broker.AnswersAsync();
        return broker;
    }

    public override async ValueTask DisposeAsync() => await StopAsync();

    protected override Task StartAsync()
    {
        _process = Programs.Start(
            Installation.Executable("FuturesEos.Cli"), Folder + ".log",
            ["run", "broker", "--port", Servers.Split(':')[1], "--data", Folder, "--fsync", Fsync]);
        return Task.CompletedTask;
    }

    protected override async Task StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
