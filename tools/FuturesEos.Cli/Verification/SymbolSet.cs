namespace FuturesEos.Cli.Verification;

/// <summary>The valid signals of a bucket, by symbol and task.</summary>
internal sealed class SymbolSet
{
    private readonly Dictionary<string, List<SymbolSignals>> _bySymbol = [];

    public SymbolSet(IEnumerable<SpilledSignal> signals)
    {
        foreach (var signal in signals)
        {
            var task = Task(signal.Signal.Symbol, signal.Partition);
            task.Add(
                signal.Signal with { Symbol = task.Symbol }, // one text for all of them
                signal.Id, signal.Offset, signal.RecordTimestampMs, signal.HasDeadLetter);
        }
    }

    /// <summary>Every symbol in every task.</summary>
    public IEnumerable<SymbolSignals> Symbols => _bySymbol.Values.SelectMany(tasks => tasks);

    /// <summary>The signal that a decision says it follows from, and the task it is in.</summary>
    public (SymbolSignals Task, SignalEntry Entry)? Find(string symbol, Guid signalId)
    {
        foreach (var task in _bySymbol.GetValueOrDefault(symbol) ?? [])
        {
            if (task.First(signalId) is { } entry) return (task, entry);
        }

        return null;
    }

    private SymbolSignals Task(string symbol, int partition)
    {
        if (!_bySymbol.TryGetValue(symbol, out var tasks)) _bySymbol.Add(symbol, tasks = []);
        var task = tasks.Find(t => t.Partition == partition);
        if (task is null)
            tasks.Add(task = new SymbolSignals(tasks is [var other, ..] ? other.Symbol : symbol, partition));
        return task;
    }
}
