using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Everything that was sent: valid signals by symbol, and the places of those that should have a dead letter.
/// </summary>
internal sealed class SignalSet(IPipelineWorld world) : IDisposable
{
    private readonly Spill<SpilledSignal>[] _valid = [.. Enumerable.Range(0, Timeframes.Count)
        .Select(_ => new Spill<SpilledSignal>(SpilledSignal.Write, SpilledSignal.Read))];
    private readonly long[] _counts = new long[Buckets.Count];
    private readonly bool[] _hasYoung = new bool[Buckets.Count];
    private readonly List<(Timeframe Timeframe, CommittedRecord Record, Refusal Refusal)> _refusedInSilence = [];
    private readonly Dictionary<(Timeframe Timeframe, int Partition), long> _lastOutcome = [];

    /// <summary>How many records were read.</summary>
    public long Read { get; private set; }

    /// <summary>How many have a dead letter.</summary>
    public long DeadLettered { get; private set; }

    /// <summary>Takes a record of a topic of signals.</summary>
    public void Add(Timeframe timeframe, CommittedRecord record, DeadLetterSet deadLetters)
    {
        Read++;
        var isValid = SignalReader.TryRead(
            record.Key, record.Value, timeframe, record.TimestampMs, out var signal, out var refusal);
        var hasDeadLetter = deadLetters.TryTake(record, isValid ? null : refusal);
        if (hasDeadLetter)
        {
            DeadLettered++;
            HasOutcome(timeframe, record.Partition, record.Offset);
        }

        if (isValid)
        {
            var bucket = Buckets.Of(signal.Symbol);
            _hasYoung[bucket] |= !world.HadTime(record.Topic, record.Partition, record.Offset);
            _counts[bucket]++;
            _valid[(int)timeframe].Add(bucket, new SpilledSignal(
                signal with { Id = null },
                SignalId.Of(signal), record.Partition, record.Offset, record.TimestampMs, hasDeadLetter));
        }
        else if (!hasDeadLetter)
        {
            _refusedInSilence.Add((timeframe, record with { Value = null, Headers = [] }, refusal));
        }
    }

    /// <summary>How many valid signals a bucket has.</summary>
    public long Count(int bucket) => _counts[bucket];

    /// <summary>The valid signals of a bucket.</summary>
    public SymbolSet Load(int bucket) => new(_valid.SelectMany(signals => signals.Read(bucket)));

    /// <summary>A topic's valid signals of a bucket, one after the other.</summary>
    public IEnumerable<SpilledSignal> In(int bucket, Timeframe timeframe) => _valid[(int)timeframe].Read(bucket);

    /// <summary>
    /// Whether a bucket holds signals that came in while the check began: whether those count depends on what came of
    /// others, of any bucket.
    /// </summary>
    public bool HasYoung(int bucket) => _hasYoung[bucket];

    /// <summary>
    /// Notes that something came of the signal at a place: then something has to have come of all before it.
    /// </summary>
    public void HasOutcome(Timeframe timeframe, int partition, long offset)
    {
        if (offset > _lastOutcome.GetValueOrDefault((timeframe, partition), -1))
            _lastOutcome[(timeframe, partition)] = offset;
    }

    /// <summary>How many of a symbol's signals of each topic count; the rest came in while the check began.</summary>
    public int[] Live(SymbolSignals task)
    {
        var live = new int[task.ByTimeframe.Length];
        for (var t = 0; t < live.Length; t++)
        {
            var entries = task.ByTimeframe[t];
            for (live[t] = entries.Count; live[t] > 0; live[t]--)
            {
                if (!IsOnItsWay((Timeframe)t, task.Partition, entries[live[t] - 1].Offset)) break;
            }
        }

        return live;
    }

    /// <summary>
    /// Refused by its bytes and without a dead letter. Returns how many of those may still be on their way.
    /// </summary>
    public long ReportMissingDeadLetters(DifferenceList differences)
    {
        long onTheirWay = 0;
        foreach (var (timeframe, record, refusal) in _refusedInSilence)
        {
            if (IsOnItsWay(timeframe, record.Partition, record.Offset)) onTheirWay++;
            else differences.Add(
                Stage.DeadLetters, DifferenceKind.Missing, record.Place, $"{refusal.Code}: {refusal.Detail}");
        }

        return onTheirWay;
    }

    public void Dispose()
    {
        foreach (var signals in _valid) signals.Dispose();
    }

    /// <summary>Whether a signal came in while the check began, and nothing of it or behind it is through.</summary>
    public bool IsOnItsWay(Timeframe timeframe, int partition, long offset) =>
        offset > _lastOutcome.GetValueOrDefault((timeframe, partition), -1)
            && !world.HadTime(Topics.Signals(timeframe), partition, offset);
}
