using System.Diagnostics;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Watching;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Demo;

/// <summary>Real trades through the whole pipeline, while processes are killed.</summary>
internal sealed class DemoRun(
    DemoSettings settings, PipelineHost host, FunnelProbe probe, string logFolder, Action<string> say)
{
    private const int TransactionsOfEach = 100;
    private const int TransactionRecordsMax = 1_000;
    private const int QuietLooks = 5;
    private static readonly TimeSpan ThroughPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Replays, kills, waits until everything is through.</summary>
    /// <returns>Kills that hit, by process.</returns>
    /// <exception cref="ExpectedFailure">The replay failed, a kill found no chance, or the pipeline did not get through
    /// in time.</exception>
    public async Task<IReadOnlyDictionary<string, int>> RunAsync(CancellationToken cancellation)
    {
        await ReplayAsync(cancellation);
        var signals = await Task.Run(probe.AskSignals, cancellation); // the client's call blocks
        if (signals == 0)
            throw new ExpectedFailure(ExitCode.CheckFailed, $"{settings.Trades} gives no signal: it holds no trades");

        // many small transactions: time enough to kill somebody in the midst of them
        var records = (int)Math.Clamp(signals / TransactionsOfEach, 1, TransactionRecordsMax);
        var sizes = settings.Kills ? new ServiceSizes(records, records, Math.Max(1, records / 5)) : ServiceSizes.Usual;
        say($"{signals} signals are in Kafka; starting the services");
        using var through = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var starting = host.StartServicesAsync(sizes, cancellation);
        var killers = settings.Kills ? Killers(signals) : [];
        var killing =
            Task.WhenAll(killers.Select(k => k.Killer.RunAsync(() => probe.Decisions > k.After, through.Token)));
        await starting;
        await WaitThroughAsync(cancellation);
        await through.CancelAsync();
        await killing;
        if (killers.Find(k => k.Killer.Kills == 0).Killer is { } missed)
            throw new ExpectedFailure(
                ExitCode.CheckFailed,
                $"{missed.Name} was never killed with records in flight: too little came to it; take a "
                    + "longer file, or --no-kill");
        return killers.ToDictionary(k => k.Killer.Name, k => k.Killer.Kills);
    }

    // Each with the number of decisions after which it may strike.
    private List<(long After, Killer Killer)> Killers(long signals) =>
    [
        (signals / 8, new Killer(host.Keeper("processor"), probe, WorkInFlight.OfProcessor(signals), say)),
        (signals / 16, new Killer(host.Keeper("orders"), probe, WorkInFlight.OfOrders, say)),
        (0, new Killer(host.Keeper("relay"), probe, WorkInFlight.OfRelay, say)),
    ];

    // Before the processor starts: it then takes the records of all topics in the order of their time, whenever it is
    // killed, and every demonstration of a file gives the same decisions.
    private async Task ReplayAsync(CancellationToken cancellation)
    {
        string[] symbol = settings.Symbol is { } name ? ["--symbol", name] : [];
        var generator = new ServicePart(host.Plan("generator", ["--trades", settings.Trades, .. symbol]), logFolder);
        await generator.StartAsync(cancellation);
        try
        {
            var end = await generator.Ended.WaitAsync(cancellation);
            if (end.ExitCode != ExitCode.Ok)
                throw new ExpectedFailure(end.ExitCode, $"the replay failed: {end.LastWords}");
        }
        finally
        {
            await generator.StopAsync();
        }
    }

    // Through: nothing lies before any stage, and that stays so for a while.
    private async Task WaitThroughAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        for (var quiet = 0; quiet < QuietLooks;)
        {
            if (Stopwatch.GetElapsedTime(start) > ThroughPatience)
                throw new ExpectedFailure(
                    ExitCode.TimedOut,
                    $"not everything is through after {ThroughPatience.TotalSeconds:0} s: "
                        + $"{await DescribeAsync(cancellation)}");
            quiet = await IsThroughAsync(cancellation) ? quiet + 1 : 0;
            await Task.Delay(LookEvery, cancellation);
        }
    }

    private async Task<bool> IsThroughAsync(CancellationToken cancellation)
    {
        try
        {
            if (host.Status.Processes.Any(process => process.State != PartState.Running)) return false;
            var lag = await Task.Run(probe.AskLag, cancellation); // the client's call blocks
            var progress = await probe.AskOrderProgressAsync(cancellation);
            return lag == 0
                && probe.LastDecisions.All(partition => progress.GetValueOrDefault(partition.Key) > partition.Value)
                && await probe.AskOutboxAsync(cancellation) == probe.Events;
        }
        catch (Exception e) when (e is Confluent.Kafka.KafkaException or Npgsql.NpgsqlException)
        {
            return false;
        }
    }

    private async Task<string> DescribeAsync(CancellationToken cancellation)
    {
        var funnel = await probe.AskAsync(cancellation);
        var ill = host.Status.Processes.Where(process => process.State != PartState.Running)
            .Select(process => $"{process.Name}: {process.Health}");
        return string.Join(
            "; ",
            [
                $"signals {funnel.Signals}, lag {funnel.Lag}, decisions {funnel.Decisions}, orders {funnel.Orders}, events {funnel.Events}", .. ill]);
    }
}
