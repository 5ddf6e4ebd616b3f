using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Faults;

/// <summary>
/// Which requests go wrong, and how. A plan is text: what a failed test printed is the next run's plan.
/// <code>EndTxn 1 late 500; Produce 3 drop; InitProducerId 2 refuse CoordinatorNotAvailable</code>
/// </summary>
public sealed class FaultPlan
{
    private const int MostFaults = 100_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<(ApiKey, int), Fault> _planned;
    private readonly Dictionary<ApiKey, int> _seen = [];
    private readonly List<Fault> _happened = [];

    /// <summary>Plans these faults.</summary>
    /// <exception cref="ArgumentException">Two of them meet the same request, a number is below 1,
    /// or there are too many.</exception>
    public FaultPlan(params IEnumerable<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        var all = faults.ToList();
        if (all.Count > MostFaults)
            throw new ArgumentException($"{all.Count} faults are planned; {MostFaults} are the most.", nameof(faults));
        if (all.Find(fault => fault.Number < 1 || fault.Milliseconds < 0) is { } wrong)
            throw new ArgumentException($"'{wrong}': requests are counted from 1, times from 0.", nameof(faults));
        if (all.GroupBy(fault => (fault.Api, fault.Number)).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"Two faults are planned for {twice.Key.Api} {twice.Key.Number}.", nameof(faults));
        }

        _planned = all.ToDictionary(fault => (fault.Api, fault.Number));
    }

    /// <summary>What has happened so far.</summary>
    public IReadOnlyList<Fault> Happened
    {
        get
        {
            lock (_gate)
                return [.. _happened];
        }
    }

    /// <summary>Reads what <see cref="ToString"/> wrote: faults with semicolons between them.</summary>
    /// <exception cref="FormatException">One of them is no fault.</exception>
    public static FaultPlan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new FaultPlan(
            text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(Fault.Parse));
    }

    /// <summary>
    /// Faults of all kinds but <see cref="FaultKind.Refuse"/> for about one in <paramref name="oneIn"/> of the first
    /// <paramref name="requests"/> requests of each API; the same seed gives the same plan.
    /// </summary>
    public static FaultPlan Random(int seed, int oneIn, int requests, params ApiKey[] apis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(oneIn, 1);
        ArgumentNullException.ThrowIfNull(apis);
        var random = new Random(seed);
        var kinds = (FaultKind[])[FaultKind.Delay, FaultKind.Drop, FaultKind.Double, FaultKind.Late];
        const int LongestMs = 300;
        return new FaultPlan(
            from api in apis
            from number in Enumerable.Range(1, requests)
            where random.Next(oneIn) == 0
            let kind = kinds[random.Next(kinds.Length)]
            select new Fault(
                api, number, kind, kind is FaultKind.Delay or FaultKind.Late ? random.Next(LongestMs) : 0));
    }

    /// <summary>The whole plan, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Join("; ", _planned.Values);

    /// <summary>Counts a request; its fault, if it has one.</summary>
    internal Fault? Meet(ApiKey api)
    {
        lock (_gate)
        {
            var number = _seen[api] = _seen.GetValueOrDefault(api) + 1;
            if (!_planned.TryGetValue((api, number), out var fault))
                return null;
            _happened.Add(fault);
            return fault;
        }
    }
}
