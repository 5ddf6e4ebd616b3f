using System.Diagnostics;
using FuturesEos.Cli.Supervision;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Chaos;

/// <summary>
/// Injects the faults of a plan under load, one or two of the promised at a time, and waits after each until signals go
/// through again.
/// </summary>
internal sealed class ChaosRun(
    ChaosSettings settings, ChaosPlan plan,
    PipelineHost host, FaultInjector injector, ChaosWatch watch, Func<TimeSpan> elapsed, Action<string> say)
{
    /// <summary>How long it is waited for the rate after a fault, before the next one.</summary>
    public static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(120);

    private const double SecondsOfSignalsSeen = 1.5;
    private static readonly TimeSpan ThroughPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private readonly List<InjectedFault> _injected = [];
    private readonly List<string> _missed = [];

    /// <summary>What was injected, in the order in which it was over.</summary>
    public IReadOnlyList<InjectedFault> Injected => _injected;

    /// <summary>What did not go as promised, in words.</summary>
    public IReadOnlyList<string> Broken =>
    [
        .. _missed,
        .. _injected.Where(fault => !(fault.RecoveredAfter <= settings.Within)).Select(fault =>
            $"{fault.Fault} at {fault.From.TotalSeconds:0.0} s: not back at rate within "
                + $"{settings.Within.TotalSeconds:0} s, "
            + (fault.RecoveredAfter is { } late ? $"after {late.TotalSeconds:0.0} s" : "nor at all")),
    ];

    /// <summary>All promised faults, and more while time lasts.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await RecoverAsync([], cancellation); // at rate before anything is done
        var start = elapsed();
        var promised = new Queue<Fault>(plan.Promised);
        while (promised.Count > 0 || elapsed() - start < settings.Duration)
        {
            await Task.Delay(plan.NextPause(), cancellation);
            List<Fault> together = [Next(promised)];
            if (plan.NextIsPair() && promised.TryPeek(out var second) && second.Component != together[0].Component)
                together.Add(Next(promised));
            await InjectAsync(together, cancellation);
        }
    }

    private Fault Next(Queue<Fault> promised) => promised.TryDequeue(out var fault) ? fault : plan.Another();

    private async Task InjectAsync(List<Fault> together, CancellationToken cancellation)
    {
        foreach (var fault in together) say(fault.ToString());
        var done = await Task.WhenAll(together.Select(fault => injector.InjectAsync(fault, cancellation)));
        var hits = done.OfType<InjectedFault>().ToList();
        _missed.AddRange(together.Where((_, i) => done[i] is null).Select(fault => $"{fault}: hit nothing"));
        _injected.AddRange(hits);
        await RecoverAsync(hits, cancellation);
    }

    // At rate: signals sent since then went through, and not a second's worth lies before any stage.
    private async Task RecoverAsync(List<InjectedFault> faults, CancellationToken cancellation)
    {
        var over = elapsed();
        var sent = watch.SentNow; // a sample may be older than the fault
        while (elapsed() - over < GiveUp)
        {
            await Task.Delay(LookEvery, cancellation);
            if (watch.Samples is not [.., var now] || now.At < over) continue;
            if (now.Sent - sent < settings.Rate * SecondsOfSignalsSeen || !(now.Backlog <= settings.Rate)) continue;
            foreach (var fault in faults) fault.RecoveredAfter = now.At - fault.To;
            if (faults.Count > 0) say($"  back at rate after {(now.At - over).TotalSeconds:0.0} s");
            return;
        }

        if (faults.Count == 0) throw new ExpectedFailure(
            ExitCode.TimedOut, $"{settings.Rate:0} signals/s are more than this machine takes: {Describe()}");
        say($"  not back at rate after {GiveUp.TotalSeconds:0} s: {Describe()}");
    }

    /// <summary>Waits until nothing lies before any stage.</summary>
    /// <exception cref="ExpectedFailure">Something still does.</exception>
    public async Task WaitThroughAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (watch.Samples is not [.., { Backlog: 0 }, { Backlog: 0 }])
        {
            if (Stopwatch.GetElapsedTime(start) > ThroughPatience)
                throw new ExpectedFailure(
                    ExitCode.TimedOut,
                    $"not everything is through {ThroughPatience.TotalSeconds:0} s "
                        + $"after the last signal: {Describe()}");
            await Task.Delay(LookEvery, cancellation);
        }
    }

    private string Describe()
    {
        var ill = host.Status.Processes.Where(process => process.State != PartState.Running)
            .Select(process => $"{process.Name}: {process.Health}");
        var last = watch.Samples is [.., var sample]
            ? $"sent {sample.Sent}, taken {sample.Taken}, events {sample.Events}, backlog "
                + $"{sample.Backlog?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "not known"}"
            : "nothing was seen";
        return string.Join("; ", [last, .. ill]);
    }
}
