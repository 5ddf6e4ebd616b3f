using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.Verification;

/// <summary>Everything that was sent: valid signals by symbol and task, and the places of those that should have a dead letter.</summary>
internal sealed class SignalSet
{
    private readonly Dictionary<string, List<SymbolSignals>> _bySymbol = [];
    private readonly List<(Timeframe Timeframe, CommittedRecord Record, Refusal Refusal)> _refusedInSilence = [];
    private readonly Dictionary<(Timeframe Timeframe, int Partition), long> _lastOutcome = [];

    /// <summary>How many records were read.</summary>
    public long Read { get; private set; }

    /// <summary>How many have a dead letter.</summary>
    public long DeadLettered { get; private set; }

    /// <summary>Every symbol in every task.</summary>
    public IEnumerable<SymbolSignals> Symbols => _bySymbol.Values.SelectMany(tasks => tasks);

    /// <summary>Takes a record of a topic of signals.</summary>
    public void Add(Timeframe timeframe, CommittedRecord record, DeadLetterSet deadLetters)
    {
        Read++;
        var isValid = SignalReader.TryRead(record.Key, record.Value, timeframe, record.TimestampMs, out var signal, out var refusal);
        var hasDeadLetter = deadLetters.TryTake(record, isValid ? null : refusal);
        if (hasDeadLetter)
        {
            DeadLettered++;
            HasOutcome(timeframe, record.Partition, record.Offset);
        }

        if (isValid)
            Task(signal.Symbol, record.Partition).Add(signal with { Id = null }, SignalId.Of(signal), record.Offset, record.TimestampMs, hasDeadLetter);
        else if (!hasDeadLetter)
            _refusedInSilence.Add((timeframe, record with { Value = null, Headers = [] }, refusal));
    }

    /// <summary>The signal that a decision says it follows from, and the task it is in.</summary>
    public (SymbolSignals Task, SignalEntry Entry)? Find(string symbol, Guid signalId)
    {
        foreach (var task in _bySymbol.GetValueOrDefault(symbol) ?? [])
        {
            if (task.First(signalId) is { } entry) return (task, entry);
        }

        return null;
    }

    /// <summary>Notes that something came of the signal at a place: then something has to have come of all before it.</summary>
    public void HasOutcome(Timeframe timeframe, int partition, long offset)
    {
        if (offset > _lastOutcome.GetValueOrDefault((timeframe, partition), -1)) _lastOutcome[(timeframe, partition)] = offset;
    }

    /// <summary>How many of a symbol's signals of each topic count; the rest came in while the check began.</summary>
    public int[] Live(SymbolSignals task, IPipelineWorld world)
    {
        var live = new int[task.ByTimeframe.Length];
        for (var t = 0; t < live.Length; t++)
        {
            var entries = task.ByTimeframe[t];
            for (live[t] = entries.Count; live[t] > 0; live[t]--)
            {
                if (!IsOnItsWay((Timeframe)t, task.Partition, entries[live[t] - 1].Offset, world)) break;
            }
        }

        return live;
    }

    /// <summary>Refused by its bytes and without a dead letter. Returns how many of those may still be on their way.</summary>
    public long ReportMissingDeadLetters(IPipelineWorld world, DifferenceList differences)
    {
        long onTheirWay = 0;
        foreach (var (timeframe, record, refusal) in _refusedInSilence)
        {
            if (IsOnItsWay(timeframe, record.Partition, record.Offset, world)) onTheirWay++;
            else differences.Add(Stage.DeadLetters, DifferenceKind.Missing, record.Place, $"{refusal.Code}: {refusal.Detail}");
        }

        return onTheirWay;
    }

    private bool IsOnItsWay(Timeframe timeframe, int partition, long offset, IPipelineWorld world) =>
        offset > _lastOutcome.GetValueOrDefault((timeframe, partition), -1) && !world.HadTime(Topics.Signals(timeframe), partition, offset);

    private SymbolSignals Task(string symbol, int partition)
    {
        if (!_bySymbol.TryGetValue(symbol, out var tasks)) _bySymbol.Add(symbol, tasks = []);
        var task = tasks.Find(t => t.Partition == partition);
        if (task is null) tasks.Add(task = new SymbolSignals(symbol, partition));
        return task;
    }
}
