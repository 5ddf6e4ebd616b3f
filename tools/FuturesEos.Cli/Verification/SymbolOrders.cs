using FuturesEos.Contracts.Decisions;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Orders in which a symbol's signals may have been taken. A late signal and a repeated one change nothing (their time
/// is never above the stream time), so an order is told by the signals that were decided.
/// </summary>
internal static class SymbolOrders
{
    /// <summary>
    /// The order that the committed decisions show. With <paramref name="withMissing"/>, the signals nothing came of
    /// stand where they would have been taken: as if they had been decided and the decision had been lost; without, as
    /// if they had never been read.
    /// </summary>
    public static List<SignalEntry> AsCommitted(SymbolSignals symbol, int[] live, bool withMissing)
    {
        var order = new List<SignalEntry>(symbol.Decisions.Count);
        var missing = withMissing ? Missing(symbol, live) : [new(), new(), new()];
        foreach (var decision in symbol.Decisions)
        {
            var next = symbol.First(decision.SignalId)!;
            while (Earliest(missing, before: next) is { } lost) order.Add(lost);
            order.Add(next);
        }

        while (Earliest(missing, before: null) is { } lost) order.Add(lost);
        return order;
    }

    /// <summary>
    /// The committed order with each window's decisions sorted by the number they bear: as it was when only their
    /// places were changed.
    /// </summary>
    public static List<SignalEntry> AsNumbered(SymbolSignals symbol)
    {
        var windows = symbol.Decisions.GroupBy(decision => decision.Decision.WindowStart).ToDictionary(
            window => window.Key,
            window => new Queue<ActualDecision>(window.OrderBy(decision => decision.Decision.SignalCount)));
        return symbol.Decisions.ConvertAll(
            decision => symbol.First(windows[decision.Decision.WindowStart].Dequeue().SignalId)!);
    }

    /// <summary>
    /// The order of a replay: of the heads of the three topics always the one with the smallest record timestamp.
    /// </summary>
    public static List<SignalEntry> ByTimestamp(SymbolSignals symbol, int[] live, long graceMs)
    {
        var heads = symbol.ByTimeframe.Select((entries, t) => new Queue<SignalEntry>(entries.Take(live[t]))).ToArray();
        var fold = new SymbolFold(graceMs);
        var order = new List<SignalEntry>(symbol.Decisions.Count);
        while (Earliest(heads, before: null) is { } entry)
        {
            if (fold.Take(entry.Signal, entry.Id).Kind == FoldKind.Decided) order.Add(entry);
        }

        return order;
    }

    /// <summary>First signals of their identity that neither a decision nor a dead letter names.</summary>
    private static Queue<SignalEntry>[] Missing(SymbolSignals symbol, int[] live) =>
    [
        .. symbol.ByTimeframe.Select((entries, t) => new Queue<SignalEntry>(
            entries.Take(live[t]).Where(e => e is { IsRepeated: false, HasDeadLetter: false, Decision: null }))),
    ];

    /// <summary>
    /// Takes the earliest head; with a limit, only one that its own topic or its timestamp puts before that.
    /// </summary>
    private static SignalEntry? Earliest(Queue<SignalEntry>[] heads, SignalEntry? before)
    {
        Queue<SignalEntry>? earliest = null;
        foreach (var queue in heads)
        {
            if (!queue.TryPeek(out var head)) continue;
            if (before is not null && !IsBefore(head, before)) continue;
            if (earliest is null || head.RecordTimestampMs < earliest.Peek().RecordTimestampMs) earliest = queue;
        }

        return earliest?.Dequeue();
    }

    private static bool IsBefore(SignalEntry entry, SignalEntry other) =>
        entry.Signal.Timeframe == other.Signal.Timeframe
            ? entry.Index < other.Index
            : (entry.RecordTimestampMs, (int)entry.Signal.Timeframe).CompareTo(
                (other.RecordTimestampMs, (int)other.Signal.Timeframe)) < 0;
}
