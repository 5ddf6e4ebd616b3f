using FuturesEos.Contracts;

namespace FuturesEos.Cli.Verification;

/// <summary>The valid signals of one symbol in one task, and the decisions that name them.</summary>
/// <param name="symbol">The symbol.</param>
/// <param name="partition">The task.</param>
internal sealed class SymbolSignals(string symbol, int partition)
{
    private readonly Dictionary<Guid, SignalEntry> _first = [];

    /// <summary>The symbol.</summary>
    public string Symbol { get; } = symbol;

    /// <summary>Partition of the three topics.</summary>
    public int Partition { get; } = partition;

    /// <summary>Its signals by timeframe, each in the order of offsets.</summary>
    public List<SignalEntry>[] ByTimeframe { get; } = [
        .. Enumerable.Range(0, Timeframes.Count).Select(_ => new List<SignalEntry>())];

    /// <summary>Its decisions in the order in which they lie, without repetitions.</summary>
    public List<ActualDecision> Decisions { get; } = [];

    /// <summary>
    /// The first entry of an identity, the one a decision belongs to; none when there is no such signal.
    /// </summary>
    public SignalEntry? First(Guid signalId) => _first.GetValueOrDefault(signalId);

    /// <summary>Adds the next of its signals in its topic.</summary>
    public void Add(
        in Contracts.Signals.Signal signal, Guid id, long offset, long recordTimestampMs, bool hasDeadLetter)
    {
        var entries = ByTimeframe[(int)signal.Timeframe];
        var isRepeated = _first.ContainsKey(id);
        var entry = new SignalEntry(signal, id, entries.Count, offset, recordTimestampMs)
        {
            IsRepeated = isRepeated, HasDeadLetter = hasDeadLetter,
        };
        entries.Add(entry);
        if (!isRepeated) _first.Add(id, entry);
    }

    /// <summary>Takes a decision of a signal of its own: the first, or false for a repeated one.</summary>
    public bool TryAdd(SignalEntry entry, ActualDecision decision)
    {
        if (entry.Decision is not null) return false;
        entry.Decision = decision;
        Decisions.Add(decision);
        return true;
    }
}
