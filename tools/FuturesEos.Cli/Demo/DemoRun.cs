using System.Diagnostics;
using System.Globalization;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Watching;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Demo;

/// <summary>Real trades through the whole pipeline, while processes are killed.</summary>
internal sealed class DemoRun(DemoSettings settings, PipelineHost host, FunnelProbe probe, string logFolder, Action<string> say)
{
    private static readonly TimeSpan ReplayTime = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan ThroughPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private const int QuietLooks = 5;

    // In parts of the replay: each has to recover while records flow on, and the last one early enough to be seen recovering.
    private static readonly (string Name, double After, WorkInFlight.Snapshot InFlight)[] Victims =
    [
        ("processor", 0.15, WorkInFlight.OfProcessor),
        ("orders", 0.35, WorkInFlight.OfOrders),
        ("relay", 0.55, WorkInFlight.OfRelay),
    ];

    /// <summary>Replays, kills, waits until everything is through.</summary>
    /// <returns>Kills that hit, by process.</returns>
    /// <exception cref="ExpectedFailure">The replay failed, a kill found no chance, or the pipeline did not get through in time.</exception>
    public async Task<IReadOnlyDictionary<string, int>> RunAsync(CancellationToken cancellation)
    {
        using var through = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var killers = settings.Kills
            ? Victims.Select(v => (v.After, Killer: new Killer(host.Keeper(v.Name), probe, v.InFlight, say))).ToList()
            : [];
        var generator = new ServicePart(host.Plan("generator", GeneratorArguments()), logFolder);
        await generator.StartAsync(cancellation);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var killing = Task.WhenAll(killers.Select(k => k.Killer.RunAsync(() => Stopwatch.GetElapsedTime(start) > ReplayTime * k.After, through.Token)));
            var end = await generator.Ended.WaitAsync(cancellation);
            if (end.ExitCode != ExitCode.Ok) throw new ExpectedFailure(end.ExitCode, $"the replay of {settings.Trades} failed: generator {end.Reason}");
            say("replayed; waiting until everything is through");
            await WaitThroughAsync(cancellation);
            await through.CancelAsync();
            await killing;
        }
        finally
        {
            await generator.StopAsync();
        }

        if (killers.Find(k => k.Killer.Kills == 0).Killer is { } missed)
            throw new ExpectedFailure(
                ExitCode.CheckFailed,
                $"{missed.Name} was never killed with records in flight: too little came to it; take a longer file, or --no-kill");
        return killers.ToDictionary(k => k.Killer.Name, k => k.Killer.Kills);
    }

    private IEnumerable<string> GeneratorArguments()
    {
        yield return "--trades";
        yield return settings.Trades;
        if (settings.Symbol is { } symbol)
        {
            yield return "--symbol";
            yield return symbol;
        }

        // as fast as Kafka takes it, all would be through before the first kill
        var speed = TradeFileSpan.Of(settings.Trades) / ReplayTime;
        if (!settings.Kills || speed <= 0) yield break;
        yield return "--speed";
        yield return speed.ToString("0.###", CultureInfo.InvariantCulture) + "x";
    }

    // Through: nothing lies before any stage, and that stays so for a while.
    private async Task WaitThroughAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        for (var quiet = 0; quiet < QuietLooks;)
        {
            if (Stopwatch.GetElapsedTime(start) > ThroughPatience)
                throw new ExpectedFailure(
                    ExitCode.TimedOut, $"not everything is through after {ThroughPatience.TotalSeconds:0} s: {await DescribeAsync(cancellation)}");
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
        var ill = host.Status.Processes.Where(process => process.State != PartState.Running).Select(process => $"{process.Name}: {process.Health}");
        return string.Join("; ", [$"signals {funnel.Signals}, lag {funnel.Lag}, decisions {funnel.Decisions}, orders {funnel.Orders}, events {funnel.Events}", .. ill]);
    }
}
