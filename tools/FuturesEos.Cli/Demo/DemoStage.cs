using System.Diagnostics;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Verification;
using FuturesEos.Cli.Watching;

namespace FuturesEos.Cli.Demo;

/// <summary>Builds up the demonstration, runs it, has it verified, clears it away.</summary>
internal sealed class DemoStage(DemoSettings settings)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>All of <c>eos demo</c>.</summary>
    /// <returns>0 only if exactly once held.</returns>
    public Task<int> RunAsync(bool asJson, CancellationToken cancellation) => ScratchFolder.RunAsync(
        settings.Keep, Say, async scratch =>
    {
        var result = await RunAsync(scratch, cancellation);
        if (asJson) result.PrintJson();
        else result.Print();
        return result.Report.ExactlyOnce;
    });

    private async Task<DemoResult> RunAsync(string scratch, CancellationToken cancellation)
    {
        using var folder = DataFolder.Take(scratch);
        Say($"starting Kafka and PostgreSQL in {scratch}");
        var pipeline = new PipelineSettings
        {
            DataFolder = scratch,
            LogFolder = folder.Logs,
            BootstrapServers = settings.BootstrapServers,
            Postgres = settings.Postgres,
            Say = Say,
        };
        await using var host = await PipelineHost.StartServersAsync(pipeline, cancellation);
        var kafka = PipelineContext.KafkaAt(host.BootstrapServers);
        using var probe = new FunnelProbe(kafka, host.Postgres);
        var kills = await new DemoRun(settings, host, kafka, probe, folder.Logs, Say).RunAsync(cancellation);
        Say("verifying");
        var report = await Verifier.RunAsync(
            kafka, host.Postgres, new VerifyOptions(), wait: null, countAborted: true, cancellation);
        return new DemoResult(report, kills, Stopwatch.GetElapsedTime(_start));
    }

    private void Say(string text) => Talk.Line($"{Stopwatch.GetElapsedTime(_start).TotalSeconds,5:0.0} s  {text}");
}
