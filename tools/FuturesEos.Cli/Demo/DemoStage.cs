using System.Diagnostics;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Watching;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Demo;

/// <summary>Builds up the demonstration, runs it, has it verified, clears it away.</summary>
internal static class DemoStage
{
    /// <summary>All of <c>eos demo</c>.</summary>
    /// <returns>0 only if exactly once held.</returns>
    public static async Task<int> RunAsync(DemoSettings settings, bool asJson, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        using var scratch = new ScratchFolder(settings.Keep);
        using var folder = DataFolder.Take(scratch.Path);
        Say($"starting the pipeline in {folder.Path}");
        await using var host = await PipelineHost.StartAsync(
            new PipelineSettings
            {
                DataFolder = folder.Path,
                LogFolder = folder.Logs,
                BootstrapServers = settings.BootstrapServers,
                Postgres = settings.Postgres,
                Say = Say,
            },
            cancellation);
        using var probe = new FunnelProbe(PipelineContext.KafkaAt(host.BootstrapServers), host.Postgres);
        Say($"replaying {Path.GetFileName(settings.Trades)}");
        var kills = await new DemoRun(settings, host, probe, folder.Logs, Say).RunAsync(cancellation);
        Say("verifying");
        return kills.Count > 0 ? ExitCode.CheckFailed : ExitCode.CheckFailed;

        void Say(string text) => Talk.Line($"{Stopwatch.GetElapsedTime(start).TotalSeconds,5:0.0} s  {text}");
    }
}
