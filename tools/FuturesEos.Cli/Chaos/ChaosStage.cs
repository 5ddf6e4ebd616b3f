using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Cli.Demo;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Verification;
using FuturesEos.Cli.Watching;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuturesEos.Cli.Chaos;

/// <summary>
/// Builds the pipeline up, lets chaos have it, waits until it is quiet, has it verified, clears it away.
/// </summary>
internal sealed class ChaosStage(ChaosSettings settings)
{
    private const string Slot = "futures_outbox";
    private static readonly TimeSpan QuietPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeaderPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(200);
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, NetworkLink> _links = [];

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>All of <c>eos chaos</c>.</summary>
    /// <returns>0 only if exactly once held, and every promised fault was injected and outlived.</returns>
    public Task<int> RunAsync(bool asJson, CancellationToken cancellation) => ScratchFolder.RunAsync(
        settings.Keep, Say, async scratch =>
    {
        try
        {
            var result = await RunAsync(scratch, cancellation);
            if (asJson) Console.Out.WriteLine(result.ToJson().ToJsonString(Json.Options));
            else ChaosText.Print(result);
            if (settings.Report is { } file) await File.WriteAllTextAsync(file, ChaosPage.Of(result), cancellation);
            return result.IsGood;
        }
        finally
        {
            foreach (var link in _links.Values) await link.DisposeAsync();
        }
    });

    private async Task<ChaosResult> RunAsync(string scratch, CancellationToken cancellation)
    {
        using var folder = DataFolder.Take(scratch);
        Say($"seed {settings.Seed}: starting the pipeline in {scratch}");
        var pipeline = new PipelineSettings
        {
            DataFolder = scratch,
            LogFolder = folder.Logs,
            BootstrapServers = settings.BootstrapServers,
            Postgres = settings.Postgres,
            Cdc = settings.Cdc,
            LinkTo = LinkTo,
            Say = Say,
        };
        await using var host = await PipelineHost.StartServersAsync(pipeline, cancellation);
        var kafka = PipelineContext.KafkaAt(host.BootstrapServers);
        await ChaosFeed.EnsureTopicsAsync(kafka, NullLogger.Instance, cancellation);
        using var probe = new FunnelProbe(kafka, host.Postgres);
        var before = await AskSignalsAsync(probe, cancellation);
        await host.StartServicesAsync(ServiceSizes.Usual, cancellation);
        using var feed = new ChaosFeed(kafka, settings.Seed, settings.Rate);
        var watch = new ChaosWatch(probe, host.Postgres, Slot, () => feed.Acknowledged, () => Elapsed);
        var run = Run(host, watch);
        await UnderLoadAsync(run, feed, watch, cancellation);
        Say("verifying");
        NpgsqlConnection.ClearAllPools(); // of servers that were killed meanwhile
        var report = await VerifyAsync(kafka, host.Postgres, cancellation);
        return new ChaosResult
        {
            Seed = settings.Seed,
            Report = report,
            Faults = run.Injected,
            Samples = watch.Samples,
            Sent = feed.Acknowledged,
            Broken = report.Signals.Read == before + feed.Acknowledged
                ? run.Broken
                : [.. run.Broken,
                    $"{feed.Acknowledged} signals were acknowledged, and {report.Signals.Read - before} are there"],
            Duration = Elapsed,
        };
    }

    // right after topics were made, not every broker knows who leads them
    private static async Task<long> AskSignalsAsync(FunnelProbe probe, CancellationToken cancellation)
    {
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await Task.Run(probe.AskSignals, cancellation); // the client's call blocks
            }
            catch (KafkaException) when (Stopwatch.GetElapsedTime(start) < LeaderPatience)
            {
                await Task.Delay(AskAgainAfter, cancellation);
            }
        }
    }

    private ChaosRun Run(PipelineHost host, ChaosWatch watch)
    {
        var plan = new ChaosPlan(
            settings.Seed, settings.Duration, host.Parts, [.. _links.Keys.Order(StringComparer.Ordinal)]);
        return new ChaosRun(
            settings, plan, host, new FaultInjector(host, _links, () => Elapsed), watch, () => Elapsed, Say);
    }

    private async Task UnderLoadAsync(ChaosRun run, ChaosFeed feed, ChaosWatch watch, CancellationToken cancellation)
    {
        using var endOfFeed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var endOfWatch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = watch.RunAsync(endOfWatch.Token);
        var feeding = feed.RunAsync(endOfFeed.Token);
        try
        {
            var running = run.RunAsync(cancellation);
            if (await Task.WhenAny(running, feeding) == feeding) await feeding;
            await running;
            await endOfFeed.CancelAsync();
            await feeding;
            await Task.Run(() => feed.Complete(cancellation), cancellation); // the client's call blocks
            Say($"{feed.Acknowledged} signals sent; waiting until they are through");
            await run.WaitThroughAsync(cancellation);
        }
        finally
        {
            await endOfFeed.CancelAsync();
            await endOfWatch.CancelAsync();
            await watching;
        }
    }

    private static Task<VerifyReport> VerifyAsync(
        KafkaSettings kafka, string postgres, CancellationToken cancellation) =>
        Verifier.RunAsync(kafka, postgres, new VerifyOptions(), QuietPatience, countAborted: true, cancellation);

    private string LinkTo(string part, string address)
    {
        var link = new NetworkLink(address);
        _links.Add(part, link);
        return link.Address;
    }

    private void Say(string text) => Talk.Line($"{Elapsed.TotalSeconds,6:0.0} s  {text}");
}
