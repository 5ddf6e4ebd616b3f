using FuturesEos.Cli.Verification.Following;
using FuturesEos.Contracts;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// A bucket that is too large for memory: its signals and decisions go by, every symbol is judged as by who follows it,
/// and what is explained is forgotten. It only says that all is right; where it cannot, the bucket is loaded, and
/// <see cref="SymbolCheck"/> names what is wrong.
/// </summary>
internal sealed class StreamedBucket
{
    private const int AheadMax = 100_000;
    private const int ForgetEvery = 4_096;

    private readonly SignalSet _signals;
    private readonly DecisionSet _decisions;
    private readonly int _bucket;
    private readonly long _graceMs;
    private readonly FollowTally _tally = new();
    private readonly Dictionary<(string Symbol, int Partition), Following> _symbols = [];
    private readonly IEnumerator<SpilledSignal>?[] _heads;
    private int _ahead;

    private StreamedBucket(SignalSet signals, DecisionSet decisions, int bucket, long graceMs)
    {
        (_signals, _decisions, _bucket, _graceMs) = (signals, decisions, bucket, graceMs);
        _heads = [.. Enumerable.Range(0, Timeframes.Count).Select(Open)];
    }

    /// <summary>
    /// What is right about a bucket; none: something is not, or it cannot be told in so little memory.
    /// </summary>
    public static (long Duplicates, long InFlight)? Explain(
        SignalSet signals, DecisionSet decisions, int bucket, long graceMs) =>
        new StreamedBucket(signals, decisions, bucket, graceMs).Run();

    private (long Duplicates, long InFlight)? Run()
    {
        foreach (var signal in Timeframes.All.ToArray().SelectMany(timeframe => _signals.In(_bucket, timeframe)))
            Symbol(signal.Signal.Symbol, signal.Partition).Left[(int)signal.Signal.Timeframe]++;
        foreach (var (index, (record, actual)) in _decisions.In(_bucket).Index())
        {
            if (!_symbols.TryGetValue((actual.Decision.Symbol, record.Partition), out var symbol)) return null;
            while (!symbol.Signals.Awaits(actual.SignalId) && _ahead < AheadMax && Next() is { } next) Take(next);
            var open = symbol.Signals.Open;
            if (symbol.Signals.Decide(actual.Decision, _tally) is not { } decided) return null;
            _ahead -= open - symbol.Signals.Open;
            _signals.HasOutcome(decided.Timeframe, record.Partition, decided.Record.Offset);
            if (!_tally.Differences.IsEmpty) return null;
            if (DecisionSet.WrongAround(record, actual.Decision) is not null) return null;
            if (index % ForgetEvery == ForgetEvery - 1) Forget();
        }

        return Finish();
    }

    // all of these were taken after the last decision, or are on their way
    private (long Duplicates, long InFlight)? Finish()
    {
        long inFlight = 0;
        foreach (var symbol in _symbols.Values) Close(symbol.Signals);
        while (Next() is { } next)
        {
            if (_signals.IsOnItsWay(next.Signal.Timeframe, next.Partition, next.Offset))
            {
                inFlight++;
                continue;
            }

            Close(Take(next));
            if (!_tally.Differences.IsEmpty) return null;
        }

        return _tally.Differences.IsEmpty
            ? (_tally.Repeated, inFlight + _symbols.Values.Sum(symbol => symbol.Signals.Open)) : null;
    }

    private void Close(FollowedSymbol symbol)
    {
        foreach (var timeframe in Timeframes.All.ToArray())
        {
            symbol.Close(timeframe, signal => !_signals.IsOnItsWay(
                timeframe, signal.Record.Partition, signal.Record.Offset), _tally);
        }
    }

    private FollowedSymbol Take(SpilledSignal next)
    {
        var symbol = Symbol(next.Signal.Symbol, next.Partition);
        symbol.Signals.Add(FollowedSignal.Of(next));
        _ahead++;
        if (--symbol.Left[(int)next.Signal.Timeframe] == 0) symbol.Signals.End(next.Signal.Timeframe);
        return symbol.Signals;
    }

    private Following Symbol(string symbol, int partition)
    {
        if (!_symbols.TryGetValue((symbol, partition), out var known))
        {
            known = new Following(new FollowedSymbol(_graceMs), new long[Timeframes.Count]);
            _symbols.Add((symbol, partition), known);
        }

        return known;
    }

    private void Forget()
    {
        foreach (var symbol in _symbols.Values) symbol.Signals.Forget();
    }

    /// <summary>The next signal by time: so the three topics go by side by side.</summary>
    private SpilledSignal? Next()
    {
        var earliest = -1;
        for (var t = 0; t < _heads.Length; t++)
        {
            if (_heads[t] is { } head && (earliest < 0
                || head.Current.RecordTimestampMs < _heads[earliest]!.Current.RecordTimestampMs)) earliest = t;
        }

        if (earliest < 0) return null;
        var next = _heads[earliest]!.Current;
        if (!_heads[earliest]!.MoveNext()) _heads[earliest] = null;
        return next;
    }

    private IEnumerator<SpilledSignal>? Open(int timeframe)
    {
        var head = _signals.In(_bucket, (Timeframe)timeframe).GetEnumerator();
        return head.MoveNext() ? head : null;
    }

    /// <summary>A symbol in a task, and how many signals of each topic are still to come.</summary>
    private sealed record Following(FollowedSymbol Signals, long[] Left);
}
