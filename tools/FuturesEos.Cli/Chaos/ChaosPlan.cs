namespace FuturesEos.Cli.Chaos;

/// <summary>
/// Which faults are injected in which order: the same seed gives the same plan. First come the promised ones in an
/// order of their own, each component killed and each kind of fault seen at least once; then any, as long as time
/// lasts.
/// </summary>
internal sealed class ChaosPlan
{
    /// <summary>
    /// Time that a fault and the recovery from it take, at a guess: how many a run may promise follows from it.
    /// </summary>
    private static readonly TimeSpan OfOneFault = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ShortestLength = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LongestLength = TimeSpan.FromSeconds(16); // above the transaction timeout of 10 s
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);
    private const double ShareOfPairs = 0.25;

    private readonly Random _random;
    private readonly (FaultKind Kind, string Component)[] _all;
    private readonly TimeSpan _lengthMax;

    /// <param name="seed">What the plan follows from.</param>
    /// <param name="duration">How long faults are injected.</param>
    /// <param name="processes">Components that run as processes of ours.</param>
    /// <param name="links">Components whose network connections we hold.</param>
    public ChaosPlan(int seed, TimeSpan duration, IReadOnlyList<string> processes, IReadOnlyList<string> links)
    {
        _random = new Random(seed);
        _lengthMax = TimeSpan.FromTicks(Math.Clamp(duration.Ticks / 12, ShortestLength.Ticks * 2, LongestLength.Ticks));
        _all =
        [
            .. processes.SelectMany(process => new[] { (FaultKind.Kill, process), (FaultKind.Freeze, process),
                (FaultKind.Restart, process) }),
            .. links.SelectMany(link => new[] { (FaultKind.Cut, link), (FaultKind.Stall, link) }),
        ];
        var kills = processes.Select(process => (FaultKind.Kill, process)).ToArray();
        var others = _all.Where(fault => fault.Kind != FaultKind.Kill).ToArray();
        _random.Shuffle(others);
        var oneOfEachKind = others.DistinctBy(fault => fault.Kind).ToArray();
        var first = kills.Concat(oneOfEachKind).ToArray();
        _random.Shuffle(first);
        var promised = Math.Clamp((int)(duration / OfOneFault), first.Length, _all.Length);
        Promised = [.. first.Concat(others.Except(oneOfEachKind)).Take(promised).Select(Make)];
    }

    /// <summary>What a run must inject, in this order.</summary>
    public IReadOnlyList<Fault> Promised { get; }

    /// <summary>Another fault, when the promised ones are done.</summary>
    public Fault Another() => Make(_all[_random.Next(_all.Length)]);

    /// <summary>Whether the next fault comes together with the one behind it.</summary>
    public bool NextIsPair() => _random.NextDouble() < ShareOfPairs;

    /// <summary>How long the pipeline is left alone after it recovered.</summary>
    public TimeSpan NextPause() => LongestPause * _random.NextDouble();

    // half of the lasting faults are short, below every timeout; the others up to the longest
    private Fault Make((FaultKind Kind, string Component) fault)
    {
        var share = _random.NextDouble();
        var length = ShortestLength + ((_lengthMax - ShortestLength) * share * share);
        return new Fault(
            fault.Kind, fault.Component, fault.Kind is FaultKind.Kill or FaultKind.Restart ? TimeSpan.Zero : length);
    }
}
