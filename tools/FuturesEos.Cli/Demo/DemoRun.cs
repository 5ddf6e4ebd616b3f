using System.Diagnostics;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Watching;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Demo;

/// <summary>Real trades through the whole pipeline, while processes are killed.</summary>
internal sealed class DemoRun(
    DemoSettings settings, PipelineHost host, KafkaSettings kafka, FunnelProbe probe, string logFolder,
    Action<string> say)
{
    private const string Processor = "processor";
    private const int TransactionsOfEach = 100;
    private const int TransactionRecordsMax = 1_000;
    private const int BytesOfSignal = 200; // of a file of trades, roughly
    private const int QuietLooks = 5;
    private static readonly TimeSpan ThroughPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Replays into the running services, kills them meanwhile, waits until all is through.</summary>
    /// <returns>The kills.</returns>
    /// <exception cref="ExpectedFailure">The replay failed, a kill found no chance, or the pipeline did not get through
    /// in time.</exception>
    public async Task<DemoKills> RunAsync(CancellationToken cancellation)
    {
        await host.StartServicesAsync(settings.Kills ? SmallTransactions() : ServiceSizes.Usual, cancellation);
        say($"replaying {Path.GetFileName(settings.Trades)} into the running services");
        using var offsets = await TopicOffsets.OpenAsync(kafka, cancellation);
        using var through = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var killers = settings.Kills ? Killers(offsets) : [];
        var isReplayed = false;
        // one after the other: while one is dead, those behind it have no work
        bool IsTurnOf(int i) => i == 0 || killers[i - 1].Kills > 0 || Volatile.Read(ref isReplayed);
        var killing = Task.WhenAll(killers.Select((killer, i) => killer.RunAsync(() => IsTurnOf(i), through.Token)));
        try
        {
            var brake = new ReplayBrake(
                probe, ExpectedSignals, () => killers.Count(killer => killer.Kills > 0), killers.Count);
            await ReplayAsync(brake, cancellation);
            Volatile.Write(ref isReplayed, true);
            await WaitThroughAsync(cancellation);
        }
        finally
        {
            await through.CancelAsync();
            await killing;
        }

        if (killers.Find(killer => killer.Kills == 0) is { } missed)
            throw new ExpectedFailure(
                ExitCode.CheckFailed,
                $"{missed.Name} was never killed with {missed.What}: too little came to it; take a "
                    + "longer file, or --no-kill");
        return new DemoKills(
            killers.ToDictionary(killer => killer.Name, killer => killer.Kills),
            killers.Where(killer => killer.Name == Processor).Sum(killer => killer.Records));
    }

    private long ExpectedSignals => new FileInfo(settings.Trades).Length / BytesOfSignal;

    // many small transactions: time enough to kill somebody in the midst of them
    private ServiceSizes SmallTransactions()
    {
        var records = (int)Math.Clamp(ExpectedSignals / TransactionsOfEach, 1, TransactionRecordsMax);
        return new ServiceSizes(records, records, Math.Max(1, records / 5));
    }

    // In the order in which they strike: the last stage first.
    private List<Killer> Killers(TopicOffsets offsets)
    {
        Killer Of(string name, WorkInFlight.Snapshot inFlight, string what) =>
            new(host.Keeper(name), probe, inFlight, what, say);
        return
        [
            Of("relay", WorkInFlight.OfRelay, "outbox rows in flight"),
            Of("orders", WorkInFlight.OfOrders, "decisions in flight"),
            Of(Processor, WorkInFlight.OfProcessor(offsets), "records of an open transaction"),
        ];
    }

    private async Task ReplayAsync(ReplayBrake brake, CancellationToken cancellation)
    {
        string[] symbol = settings.Symbol is { } name ? ["--symbol", name] : [];
        var generator = new ServicePart(host.Plan("generator", ["--trades", settings.Trades, .. symbol]), logFolder);
        await generator.StartAsync(cancellation);
        try
        {
            await brake.RunAsync(() => generator.Pid, cancellation);
            var end = await generator.Ended.WaitAsync(cancellation);
            if (end.ExitCode != ExitCode.Ok)
                throw new ExpectedFailure(end.ExitCode, $"the replay failed: {end.LastWords}");
        }
        finally
        {
            await generator.StopAsync();
        }

        var signals = await Task.Run(probe.AskSignals, cancellation); // the client's call blocks
        if (signals == 0)
            throw new ExpectedFailure(ExitCode.CheckFailed, $"{settings.Trades} gives no signal: it holds no trades");
        say($"all {signals} signals are in Kafka");
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
