using FuturesEos.Contracts.Signals;

namespace FuturesEos.Contracts.Decisions;

/// <summary>
/// One symbol's signals, folded in memory by the rules that the processor uses: what verification compares the
/// committed decisions with.
/// </summary>
/// <param name="graceMs">How long after its end a window takes signals, in milliseconds.</param>
public sealed class SymbolFold(long graceMs = WindowTime.DefaultGraceMs)
{
    private readonly SortedList<long, OpenWindow> _windows = [];

    /// <summary>Largest time of the valid signals taken so far, epoch milliseconds; −1 before the first.</summary>
    public long StreamTime { get; private set; } = -1;

    /// <summary>Windows that may still take signals.</summary>
    public int OpenWindows => _windows.Count;

    /// <summary>Takes the symbol's next valid signal.</summary>
    public FoldResult Take(in Signal signal) => Take(signal, SignalId.Of(signal));

    /// <summary>The same, where the signal's identity is known already.</summary>
    public FoldResult Take(in Signal signal, Guid id)
    {
        StreamTime = Math.Max(StreamTime, signal.Ts);
        var start = WindowTime.StartOf(signal.Ts);
        if (WindowTime.IsClosed(start, graceMs, StreamTime))
            return new FoldResult(FoldKind.Late, id, null, Refusal.Late(start + WindowTime.LengthMs, StreamTime));

        while (_windows.Count > 0 && WindowTime.IsClosed(_windows.GetKeyAtIndex(0), graceMs, StreamTime))
            _windows.RemoveAt(0);
        if (!_windows.TryGetValue(start, out var window)) _windows.Add(start, window = new OpenWindow());
        return window.Taken.Add(id)
            ? new FoldResult(FoldKind.Decided, id, DecisionRule.Decide(window.State, signal, id), default)
            : new FoldResult(FoldKind.Duplicate, id, null, default);
    }

    private sealed class OpenWindow
    {
        public SymbolWindow State { get; } = new();

        public HashSet<Guid> Taken { get; } = [];
    }
}
