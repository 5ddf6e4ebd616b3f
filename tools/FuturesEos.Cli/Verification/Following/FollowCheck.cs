using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>
/// The proof, record by record: takes what every stage brings as it comes, explains it by what came before, and keeps
/// only what is on its way. Within a round signals come first, then dead letters, decisions, rows, events.
/// </summary>
internal sealed class FollowCheck(VerifyOptions options)
{
    private readonly Dictionary<(string Symbol, int Partition), FollowedSymbol> _symbols = [];
    private readonly Dictionary<(string Topic, int Partition, long Offset), FollowedSignal> _bySource = [];
    private FollowTally _tally = new();
    private FollowedEdge _edge = new(options);

    /// <summary>Everything so far.</summary>
    public VerifyReport Report => _tally.Report(_bySource.Count, _edge.OrdersOpen, _edge.EventsOpen);

    /// <summary>Takes the next record of a topic of signals.</summary>
    public void AddSignal(Timeframe timeframe, CommittedRecord record)
    {
        _tally.Signals++;
        var signal = FollowedSignal.Of(timeframe, record);
        _bySource.Add((record.Topic, record.Partition, record.Offset), signal);
        if (signal.Refusal is null) Symbol(signal.Signal.Symbol, record.Partition).Add(signal);
    }

    /// <summary>Takes the next dead letter.</summary>
    public void AddDeadLetter(CommittedRecord letter)
    {
        if (DeadLetterSet.SourceOf(letter) is not { } source)
        {
            _tally.Add(Stage.DeadLetters, DifferenceKind.Unexpected,
                letter.Place, "does not say which record it was (dlq.topic, dlq.partition, dlq.offset)");
        }
        else if (!_bySource.TryGetValue(source, out var signal))
        {
            _tally.Add(
                Stage.DeadLetters, DifferenceKind.Unexpected, letter.Place,
                $"says it was {source.Topic} {source.Partition}:{source.Offset}, which is not there, or "
                    + "something came of it before");
        }
        else if (signal.HasDeadLetter)
        {
            _tally.Add(Stage.DeadLetters,
                DifferenceKind.Duplicate, signal.Record.Place, $"{letter.Place} is its second dead letter");
        }
        else
        {
            DeadLetterSet.Compare(letter, signal.Record, signal.Refusal, _tally.Differences);
            signal.HasDeadLetter = true;
        }
    }

    /// <summary>Takes the next decision.</summary>
    public void AddDecision(CommittedRecord record)
    {
        _tally.Decisions++;
        if (!DecisionReader.TryRead(record.Value, out var decision, out var error))
        {
            _tally.Add(Stage.Decisions, DifferenceKind.Unexpected, record.Place, $"is no decision: {error}");
            _edge.ExpectDeadLetter(record);
            return;
        }

        var symbol = Symbol(decision.Symbol, record.Partition);
        if (symbol.Decide(decision, _tally) is { } signal)
        {
            _bySource.Remove((signal.Record.Topic, signal.Record.Partition, signal.Record.Offset));
            if (DecisionSet.WrongAround(record, decision) is { } wrong)
                _tally.Add(Stage.Decisions, DifferenceKind.Content, decision.Id, $"{record.Place}: {wrong}");
        }
        else if (symbol.Knows(decision.SignalId))
        {
            _tally.Add(Stage.Decisions, DifferenceKind.Duplicate,
                decision.Id, $"{record.Place}: a second decision for signal {decision.SignalId}");
            return;
        }
        else
        {
            _tally.Add(Stage.Decisions, DifferenceKind.Unexpected,
                decision.Id, $"{record.Place}: no signal {decision.SignalId} of {decision.Symbol} waits for one");
        }

        _edge.Expect(decision, record.Partition, record.Offset);
    }

    /// <summary>
    /// Judges what the processor has taken, by its own offsets: whatever came of that has been taken here.
    /// </summary>
    /// <param name="isTaken">Topic, partition and offset of a signal.</param>
    public void CloseSignals(Func<string, int, long, bool> isTaken)
    {
        bool IsTaken(FollowedSignal signal) =>
            isTaken(signal.Record.Topic, signal.Record.Partition, signal.Record.Offset);
        foreach (var refused in _bySource.Values.Where(
            signal => signal.Refusal is not null && (signal.HasDeadLetter || IsTaken(signal))).ToList())
        {
            if (refused.HasDeadLetter) _tally.DeadLettered++;
            else _tally.Add(Stage.DeadLetters, DifferenceKind.Missing,
                refused.Record.Place, $"{refused.Refusal!.Value.Code}: {refused.Refusal.Value.Detail}");
            _bySource.Remove((refused.Record.Topic, refused.Record.Partition, refused.Record.Offset));
        }

        foreach (var symbol in _symbols.Values)
        {
            foreach (var timeframe in Timeframes.All.ToArray()) symbol.Close(timeframe, IsTaken, _tally);
            symbol.Forget();
        }

        var open = _symbols.Values.SelectMany(symbol => symbol.OpenSignals).ToHashSet();
        foreach (var (source, _) in _bySource.Where(
            signal => signal.Value.Refusal is null && !open.Contains(signal.Value)).ToList()) _bySource.Remove(source);
    }

    /// <summary>Compares the rows of one moment; decisions up to the ledger's offsets were taken here before.</summary>
    public void AddRows(IFollowedDatabase database, Func<int, long> endOfDecisions) =>
        _edge.AddRows(database, endOfDecisions, _tally);

    /// <summary>Takes the next order event.</summary>
    public void AddEvent(CommittedRecord record) => _edge.AddEvent(record, _tally);

    /// <summary>Judges rows whose event does not come.</summary>
    public void CloseEvents(Func<Guid, bool> hadTime) => _edge.CloseEvents(hadTime, _tally);

    /// <summary>Rows that wait for their event.</summary>
    public IEnumerable<Guid> OpenEvents => _edge.OpenEvents;

    public void Write(BinaryWriter to)
    {
        _tally.Write(to);
        to.Write(_symbols.Count);
        foreach (var ((symbol, partition), followed) in _symbols)
        {
            to.Write(symbol);
            to.Write(partition);
            followed.Write(to);
        }

        var refused = _bySource.Values.Where(signal => signal.Refusal is not null).ToList();
        to.Write(refused.Count);
        foreach (var signal in refused)
        {
            to.Write((byte)signal.Timeframe);
            Spilling.SpillCodec.Write(to, signal.Record);
            to.Write(signal.HasDeadLetter);
        }

        _edge.Write(to);
    }

    public static FollowCheck Read(BinaryReader from, VerifyOptions options)
    {
        var check = new FollowCheck(options) { _tally = FollowTally.Read(from) };
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var key = (from.ReadString(), from.ReadInt32());
            check._symbols.Add(key, FollowedSymbol.Read(from, options.GraceMs));
        }

        foreach (var signal in check._symbols.Values.SelectMany(symbol => symbol.OpenSignals)) check.Remember(signal);
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var signal = FollowedSignal.Of((Timeframe)from.ReadByte(), Spilling.SpillCodec.ReadRecord(from));
            signal.HasDeadLetter = from.ReadBoolean();
            check.Remember(signal);
        }

        check._edge = FollowedEdge.Read(from, options);
        return check;
    }

    private void Remember(FollowedSignal signal) =>
        _bySource.Add((signal.Record.Topic, signal.Record.Partition, signal.Record.Offset), signal);

    private FollowedSymbol Symbol(string symbol, int partition)
    {
        if (!_symbols.TryGetValue((symbol, partition), out var followed))
            _symbols.Add((symbol, partition), followed = new FollowedSymbol(options.GraceMs));
        return followed;
    }
}
