using FuturesEos.Contracts.Decisions;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Recomputes one symbol's decisions with the contract's own rules and compares. In which order the signals of three
/// topics were taken depends, while they arrive, on their arrival; so the committed decisions are asked for it: an
/// order is accepted when it keeps the order within each topic, and every decision, late signal and repetition follows
/// from it (docs/verify.md).
/// </summary>
/// <param name="symbol">Its signals and decisions.</param>
/// <param name="live">How many of each topic's signals count: the rest are still on their way.</param>
/// <param name="graceMs">Grace of windows, in milliseconds.</param>
internal sealed class SymbolCheck(SymbolSignals symbol, int[] live, long graceMs)
{
    /// <summary>The verdict of the order that explains most.</summary>
    public SymbolVerdict Run()
    {
        var best = Judge(SymbolOrders.AsCommitted(symbol, live, withMissing: true));
        if (best.Differences.Count == 0) return best;
        best = Better(best, Judge(SymbolOrders.ByTimestamp(symbol, live, graceMs)));
        best = Better(best, Judge(SymbolOrders.AsCommitted(symbol, live, withMissing: false)));
        return Better(best, Judge(SymbolOrders.AsNumbered(symbol)));
    }

    private static SymbolVerdict Better(SymbolVerdict first, SymbolVerdict second) =>
        second.Differences.Count < first.Differences.Count ? second : first;

    private SymbolVerdict Judge(List<SignalEntry> order)
    {
        var verdict = new SymbolVerdict();
        var placeOf = symbol.ByTimeframe.Select(entries => NewPlaces(entries.Count)).ToArray();
        var streamTime = new long[order.Count + 1];
        streamTime[0] = -1;
        var fold = new SymbolFold(graceMs);
        for (var i = 0; i < order.Count; i++)
        {
            var entry = order[i];
            placeOf[(int)entry.Signal.Timeframe][entry.Index] = i;
            streamTime[i + 1] = Math.Max(streamTime[i], entry.Signal.Ts);
            Compare(entry, fold.Take(entry.Signal, entry.Id), verdict);
        }

        CheckOrder(order, verdict);
        for (var t = 0; t < placeOf.Length; t++) CheckRefused(t, placeOf[t], streamTime, verdict);
        return verdict;
    }

    private static void Compare(SignalEntry entry, FoldResult expected, SymbolVerdict verdict)
    {
        if (expected.Kind == FoldKind.Late)
        {
            if (entry.Decision is { } tooLate)
                Add(verdict, Stage.Decisions, DifferenceKind.Unexpected,
                    tooLate.Decision.Id, $"signal {entry.Id} was late: {expected.Refusal.Detail}");
            if (!entry.HasDeadLetter)
                Add(verdict, Stage.DeadLetters, DifferenceKind.Missing, entry.Id, $"LATE: {expected.Refusal.Detail}");
            return;
        }

        if (entry.HasDeadLetter) AddNotLate(entry, verdict);
        if (entry.Decision is not { Decision: var actual })
        {
            AddMissing(entry, verdict);
            return;
        }

        if (actual != expected.Decision)
            Add(verdict, Stage.Decisions,
                DifferenceKind.Content, actual.Id, DecisionText.Differences(expected.Decision!, actual));
    }

    private void CheckOrder(List<SignalEntry> order, SymbolVerdict verdict)
    {
        Span<int> last = stackalloc int[symbol.ByTimeframe.Length];
        last.Fill(-1);
        var decisions = 0;
        foreach (var entry in order)
        {
            ref var previous = ref last[(int)entry.Signal.Timeframe];
            var isOutOfOrder = entry.Index < previous;
            previous = entry.Index;
            if (entry.Decision is { } decision)
                isOutOfOrder |= !ReferenceEquals(symbol.Decisions[decisions++], decision);
            if (!isOutOfOrder) continue;
            Add(
                verdict, Stage.Decisions, DifferenceKind.Order, entry.Decision?.Decision.Id ?? entry.Id,
                $"{symbol.Symbol}: lies in no order in which its signals can have been "
                    + $"taken (signal at offset {entry.Offset})");
            return;
        }
    }

    /// <summary>
    /// Signals of a topic that the order does not hold: each must find a place, not before its predecessor's and not
    /// behind its successor's, where it is late when it has a dead letter, and repeated and not late when it has none.
    /// </summary>
    private void CheckRefused(int timeframe, int[] placeOf, long[] streamTime, SymbolVerdict verdict)
    {
        var from = 0;
        var next = NextPlaces(placeOf, streamTime.Length - 1);
        var entries = symbol.ByTimeframe[timeframe];
        for (var i = 0; i < live[timeframe]; i++)
        {
            var entry = entries[i];
            if (placeOf[i] >= 0)
            {
                from = placeOf[i] + 1;
                continue;
            }

            if (entry.Decision is { } decision)
            {
                Add(verdict, Stage.Decisions, DifferenceKind.Unexpected,
                    decision.Decision.Id, $"signal {entry.Id} was late in the order of timestamps");
                continue;
            }

            var to = next[i];
            var windowStart = WindowTime.StartOf(entry.Signal.Ts);
            if (entry.HasDeadLetter)
            {
                var late = FirstLate(windowStart, streamTime, from, to);
                if (late >= 0) from = late;
                else AddNotLate(entry, verdict);
                if (late < 0 && !entry.IsRepeated) AddMissing(entry, verdict);
            }
            else if (!entry.IsRepeated)
            {
                AddMissing(entry, verdict);
            }
            else if (WindowTime.IsClosed(windowStart, graceMs, streamTime[from]))
            {
                Add(verdict, Stage.DeadLetters, DifferenceKind.Missing, entry.Id,
                    $"LATE: the repeated signal at offset {entry.Offset} came after its window ({symbol.Symbol})");
            }
            else
            {
                verdict.Duplicates++;
            }
        }
    }

    private static void AddNotLate(SignalEntry entry, SymbolVerdict verdict) =>
        Add(verdict, Stage.DeadLetters, DifferenceKind.Unexpected,
            entry.Id, $"the signal at offset {entry.Offset} was not late ({entry.Signal.Symbol})");

    private static void AddMissing(SignalEntry entry, SymbolVerdict verdict) =>
        Add(verdict, Stage.Decisions, DifferenceKind.Missing, entry.Id,
            $"neither a decision nor a dead letter for the signal at offset {entry.Offset} ({entry.Signal.Symbol})");

    /// <summary>The first place from which on the window is closed; −1 when that is not within the bounds.</summary>
    private int FirstLate(long windowStart, long[] streamTime, int from, int to)
    {
        for (int low = from, high = to; ;)
        {
            if (low > high) return low > to ? -1 : low;
            var middle = (low + high) / 2;
            if (WindowTime.IsClosed(windowStart, graceMs, streamTime[middle])) high = middle - 1;
            else low = middle + 1;
        }
    }

    /// <summary>For each signal the place of the next one behind it that has one.</summary>
    private static int[] NextPlaces(int[] placeOf, int end)
    {
        var next = new int[placeOf.Length];
        for (var i = placeOf.Length - 1; i >= 0; i--)
        {
            next[i] = end;
            if (placeOf[i] >= 0) end = placeOf[i];
        }

        return next;
    }

    private static int[] NewPlaces(int count)
    {
        var places = new int[count];
        Array.Fill(places, -1);
        return places;
    }

    private static void Add(SymbolVerdict verdict, Stage stage, DifferenceKind kind, Guid id, string detail) =>
        verdict.Differences.Add(new Difference(stage, kind, id.ToString(), detail));
}
