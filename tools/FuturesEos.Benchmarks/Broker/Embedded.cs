using System.Diagnostics;
using System.Globalization;
using FuturesEos.Benchmarks.Support;
using FuturesEos.Cli.Pipeline;
using FuturesEos.LocalPostgres;

namespace FuturesEos.Benchmarks.Broker;

/// <summary>The embedded broker in a process of its own.</summary>
internal sealed class Embedded(string fsync, string servers, string folder)
    : Contestant($"embedded, fsync={fsync}", servers)
{
    private Process? _process;

    public override double MemoryMiB => Programs.MemoryMiB(_process!.Id);

    public static async Task<Embedded> StartAsync(string fsync, string scratch)
    {
        var servers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Choose()}");
        var broker = new Embedded(fsync, servers, Path.Combine(scratch, "embedded-" + fsync));
        await broker.StartAsync();
        await broker.AnswersAsync();
        return broker;
    }

    public override async ValueTask DisposeAsync() => await StopAsync();

    protected override Task StartAsync()
    {
        _process = Programs.Start(
            Installation.Executable("FuturesEos.Cli"), folder + ".log",
            ["run", "broker", "--port", Servers.Split(':')[1], "--data", folder, "--fsync", fsync]);
        return Task.CompletedTask;
    }

    protected override async Task StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
