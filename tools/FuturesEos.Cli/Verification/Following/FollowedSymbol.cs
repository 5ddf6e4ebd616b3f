using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>
/// One symbol of one task, followed: the windows as its decisions have made them, and the signals that nothing has come
/// of yet. What is explained is forgotten as soon as no later record can depend on it.
/// </summary>
/// <remarks>
/// The rules are those of <see cref="SymbolCheck"/>: decisions are taken in the order in which they lie; a signal that
/// gave none must have a place between its neighbours of its topic where it is late (it has a dead letter) or repeated
/// and not late (it has none).
/// Only stream time tells places apart, so for each topic the earliest stream time that its next signal can have met is
/// enough.
/// </remarks>
internal sealed class FollowedSymbol(long graceMs)
{
    private readonly Queue<FollowedSignal>[] _open = [
        .. Enumerable.Range(0, Timeframes.Count).Select(_ => new Queue<FollowedSignal>())];
    private readonly Dictionary<Guid, FollowedSignal> _first = [];
    private readonly HashSet<Guid> _known = [];
    private readonly long[] _floor = [.. Enumerable.Repeat(-1L, Timeframes.Count)];
    private readonly bool[] _isOver = new bool[Timeframes.Count];
    private readonly SymbolFold _fold = new(graceMs);
    private List<(Signal Signal, Guid Id)> _taken = [];
    private List<long> _times = [-1];

    /// <summary>Signals that nothing has come of yet.</summary>
    public int Open => _open.Sum(queue => queue.Count);

    /// <summary>Takes the next valid signal of its topic.</summary>
    public void Add(FollowedSignal signal)
    {
        signal.IsRepeated = _known.Contains(signal.Id) || !_first.TryAdd(signal.Id, signal);
        _open[(int)signal.Timeframe].Enqueue(signal);
    }

    /// <summary>Whether a signal waits for its decision.</summary>
    public bool Awaits(Guid signalId) => _first.ContainsKey(signalId);

    /// <summary>Tells that a topic has no more signals than those that were added.</summary>
    public void End(Timeframe timeframe) => _isOver[(int)timeframe] = true;

    /// <summary>Whether a decision of this signal was taken, and could still be met again by right.</summary>
    public bool Knows(Guid signalId) => _known.Contains(signalId);

    /// <summary>Takes the next decision; explains the signals of its topic that lie before its own.</summary>
    /// <returns>Its signal; none: there is none that waits for a decision.</returns>
    public FollowedSignal? Decide(Decision actual, FollowTally tally)
    {
        if (!_first.TryGetValue(actual.SignalId, out var signal)) return null;
        var queue = _open[(int)signal.Timeframe];
        while (queue.Dequeue() is var before && before != signal) Explain(before, tally);
        _first.Remove(signal.Id);
        var expected = Take(signal);
        _floor[(int)signal.Timeframe] = _fold.StreamTime;
        if (expected.Kind != FoldKind.Decided)
            tally.Add(Stage.Decisions,
                DifferenceKind.Unexpected, actual.Id, $"signal {signal.Id} was late: {expected.Refusal.Detail}");
        else if (actual != expected.Decision)
            tally.Add(Stage.Decisions,
                DifferenceKind.Content, actual.Id, DecisionText.Differences(expected.Decision!, actual));
        if (signal.HasDeadLetter) NotLate(signal, tally);
        return signal;
    }

    /// <summary>
    /// Explains the signals of a topic that were taken, whatever came of them; later ones are taken after all decisions
    /// so far.
    /// </summary>
    public void Close(Timeframe timeframe, Func<FollowedSignal, bool> isTaken, FollowTally tally)
    {
        var queue = _open[(int)timeframe];
        while (queue.TryPeek(out var head) && isTaken(head)) Explain(queue.Dequeue(), tally);
        if (queue.Count == 0) _floor[(int)timeframe] = _fold.StreamTime;
    }

    /// <summary>Forgets what no later record can depend on.</summary>
    public void Forget()
    {
        var floor = _floor.Select((time, t) => _isOver[t] && _open[t].Count == 0 ? long.MaxValue : time).Min();
        if (_times.Count > 1 && _times[1] <= floor)
            _times = [.. _times.Where((time, i) => i == _times.Count - 1 || _times[i + 1] > floor)];
        if (_taken.Count == 0 || !IsClosed(_taken[0].Signal, floor)) return;
        foreach (var (signal, id) in _taken)
        {
            if (IsClosed(signal, floor)) _known.Remove(id);
        }

        _taken = [.. _taken.Where(taken => !IsClosed(taken.Signal, floor))];
    }

    public void Write(BinaryWriter to)
    {
        foreach (var floor in _floor) to.Write(floor);
        to.Write(_times.Count);
        foreach (var time in _times) to.Write(time);
        to.Write(_taken.Count);
        foreach (var (signal, id) in _taken) SpilledSignal.Write(to, new SpilledSignal(signal, id, 0, 0, 0, false));
        foreach (var queue in _open)
        {
            to.Write(queue.Count);
            foreach (var signal in queue)
            {
                SpillCodec.Write(to, signal.Record);
                to.Write(signal.HasDeadLetter);
            }
        }
    }

    /// <summary>As it was written; the windows are what the signals in them make again.</summary>
    public static FollowedSymbol Read(BinaryReader from, long graceMs)
    {
        var symbol = new FollowedSymbol(graceMs);
        for (var t = 0; t < Timeframes.Count; t++) symbol._floor[t] = from.ReadInt64();
        List<long> times = [.. Enumerable.Range(0, from.ReadInt32()).Select(_ => from.ReadInt64())];
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var taken = SpilledSignal.Read(from);
            symbol._fold.Take(taken.Signal, taken.Id);
            symbol._taken.Add((taken.Signal, taken.Id));
            symbol._known.Add(taken.Id);
        }

        symbol._times = times;
        foreach (var timeframe in Timeframes.All.ToArray())
        {
            for (var left = from.ReadInt32(); left > 0; left--)
            {
                var signal = FollowedSignal.Of(timeframe, SpillCodec.ReadRecord(from));
                signal.HasDeadLetter = from.ReadBoolean();
                symbol.Add(signal);
            }
        }

        return symbol;
    }

    /// <summary>Signals in its queues.</summary>
    public IEnumerable<FollowedSignal> OpenSignals => _open.SelectMany(queue => queue);

    private void Explain(FollowedSignal signal, FollowTally tally)
    {
        if (_first.GetValueOrDefault(signal.Id) == signal) _first.Remove(signal.Id);
        ref var floor = ref _floor[(int)signal.Timeframe];
        if (signal.HasDeadLetter)
        {
            var from = floor;
            var late = _times.FindIndex(time => time >= from && IsClosed(signal.Signal, time));
            if (late >= 0)
            {
                floor = _times[late];
                tally.DeadLettered++;
                return;
            }

            NotLate(signal, tally);
            if (!signal.IsRepeated) Missing(signal, tally);
        }
        else if (!signal.IsRepeated)
        {
            Missing(signal, tally);
        }
        else if (IsClosed(signal.Signal, floor))
        {
            tally.Add(Stage.DeadLetters, DifferenceKind.Missing,
                signal.Id, $"LATE: the repeated signal at {signal.Record.Place} came after its window");
        }
        else
        {
            tally.Repeated++;
        }
    }

    // taken all the same, so that its successors are not called wrong
    private void Missing(FollowedSignal signal, FollowTally tally)
    {
        tally.Add(Stage.Decisions, DifferenceKind.Missing,
            signal.Id, $"neither a decision nor a dead letter for the signal at {signal.Record.Place}");
        if (!IsClosed(signal.Signal, _fold.StreamTime)) Take(signal);
    }

    private FoldResult Take(FollowedSignal signal)
    {
        var result = _fold.Take(signal.Signal, signal.Id);
        if (_fold.StreamTime > _times[^1]) _times.Add(_fold.StreamTime);
        if (_known.Add(signal.Id)) _taken.Add((signal.Signal, signal.Id));
        return result;
    }

    private bool IsClosed(in Signal signal, long streamTime) =>
        WindowTime.IsClosed(WindowTime.StartOf(signal.Ts), graceMs, streamTime);

    private static void NotLate(FollowedSignal signal, FollowTally tally) =>
        tally.Add(Stage.DeadLetters,
            DifferenceKind.Unexpected, signal.Id, $"the signal at {signal.Record.Place} was not late");
}
