using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>
/// Decisions to orders, rows and events, followed: keeps the orders that are to come, and the rows whose event is.
/// </summary>
internal sealed class FollowedEdge(VerifyOptions options)
{
    private const int AskedAtOnce = 5_000;
    private readonly Dictionary<Guid, ExpectedOrder> _orders = [];
    private readonly Dictionary<Guid, OutboxTableRow> _rows = [];
    private readonly List<CommittedRecord> _unreadable = [];
    private long _putAside;

    /// <summary>Orders that are to come.</summary>
    public long OrdersOpen => _orders.Count;

    /// <summary>Events that are to come.</summary>
    public long EventsOpen => _rows.Count;

    /// <summary>Rows that wait for their event.</summary>
    public IEnumerable<Guid> OpenEvents => _rows.Keys;

    /// <summary>Notes what a decision gives.</summary>
    public void Expect(Decision decision, int partition, long offset)
    {
        if (OrderRule.Decide(decision, options.Orders) is { } order)
            _orders[order.Id] = new ExpectedOrder(order, partition, offset, false, false);
    }

    /// <summary>Notes a record that was no decision.</summary>
    public void ExpectDeadLetter(CommittedRecord record) => _unreadable.Add(record);

    public void AddRows(IFollowedDatabase database, Func<int, long> endOfDecisions, FollowTally tally)
    {
        foreach (var (partition, next) in database.NextOffsets.Where(next => next.Value > endOfDecisions(next.Key)))
        {
            tally.Add(Stage.Offsets, DifferenceKind.Unexpected, $"{options.DecisionTopic} {partition}",
                $"app.consumer_offset says {next}, and the topic ends at {endOfDecisions(partition)}");
        }

        foreach (var asked in _orders.Values.ToList().Chunk(AskedAtOnce)) Compare(database, asked, tally);
        CheckUnreadable(database, tally);
        var (orders, outbox) = database.Count();
        tally.SurplusOrders = Surplus(Stage.Orders, orders - tally.Orders, tally.SurplusOrders, tally);
        tally.SurplusOutbox = Surplus(Stage.Outbox, outbox - tally.OutboxRows, tally.SurplusOutbox, tally);
    }

    public void AddEvent(CommittedRecord record, FollowTally tally)
    {
        tally.Events++;
        if (EventCheck.IdOf(record) is not { } id)
            tally.Add(Stage.Events, DifferenceKind.Unexpected, record.Place, "its header id is no event id");
        else if (!_rows.Remove(id, out var row))
            tally.Add(Stage.Events, DifferenceKind.Unexpected,
                id, $"{record.Place}: no row of app.outbox waits for it: there is none, or it had its event");
        else if (EventCheck.Wrong(record, row) is { } wrong)
            tally.Add(Stage.Events, DifferenceKind.Content, id, $"{record.Place}: {wrong}");
    }

    public void CloseEvents(Func<Guid, bool> hadTime, FollowTally tally)
    {
        foreach (var (id, row) in _rows.Where(row => hadTime(row.Key)).ToList())
        {
            tally.Add(Stage.Events, DifferenceKind.Missing, id, $"the row of order {row.AggregateId} has no event");
            _rows.Remove(id);
        }
    }

    public void Write(BinaryWriter to)
    {
        to.Write(_putAside);
        to.Write(_orders.Count);
        foreach (var order in _orders.Values) ExpectedOrder.Write(to, order);
        to.Write(_rows.Count);
        foreach (var row in _rows.Values) OutboxTableRow.Write(to, row);
        to.Write(_unreadable.Count);
        foreach (var record in _unreadable) SpillCodec.Write(to, record);
    }

    public static FollowedEdge Read(BinaryReader from, VerifyOptions options)
    {
        var edge = new FollowedEdge(options) { _putAside = from.ReadInt64() };
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var order = ExpectedOrder.Read(from);
            edge._orders.Add(order.Order.Id, order);
        }

        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var row = OutboxTableRow.Read(from);
            edge._rows.Add(row.EventId, row);
        }

        for (var left = from.ReadInt32(); left > 0; left--) edge._unreadable.Add(SpillCodec.ReadRecord(from));
        return edge;
    }

    private void Compare(IFollowedDatabase database, ExpectedOrder[] asked, FollowTally tally)
    {
        var orders = database.Orders([.. asked.Select(order => order.Order.Id)])
            .DistinctBy(row => row.Id).ToDictionary(row => row.Id);
        var rows = database.Outbox([.. orders.Keys]).ToLookup(row => row.AggregateId);
        foreach (var expected in asked)
        {
            var isTaken = expected.Offset < database.NextOffsets.GetValueOrDefault(expected.Partition, -1);
            if (!orders.TryGetValue(expected.Order.Id, out var order))
            {
                if (!isTaken) continue;
                tally.Add(Stage.Orders, DifferenceKind.Missing, expected.Order.Id,
                    $"no order for decision {expected.Order.DecisionId} at {expected.Partition}:{expected.Offset}");
            }
            else
            {
                Compare(order, [.. rows[order.Id]], expected, isTaken, tally);
            }

            _orders.Remove(expected.Order.Id);
        }
    }

    private void Compare(OrderRow order, OutboxTableRow[] rows, ExpectedOrder expected, bool isTaken, FollowTally tally)
    {
        tally.Orders++;
        if (!isTaken)
        {
            tally.Add(
                Stage.Offsets, DifferenceKind.Content, order.Id,
                $"the order is there, and the offset of partition {expected.Partition} says that decision "
                    + $"{expected.Offset} was not taken");
        }

        if (OrderCheck.Wrong(order, expected.Order) is { Length: > 0 } wrong)
            tally.Add(Stage.Orders, DifferenceKind.Content, order.Id, wrong);
        if (rows.Length == 0)
            tally.Add(Stage.Outbox, DifferenceKind.Missing, order.Id, "the order has no row in app.outbox");
        foreach (var (i, row) in rows.Index())
        {
            tally.OutboxRows++;
            _rows[row.EventId] = row;
            if (i > 0) tally.Add(
                Stage.Outbox, DifferenceKind.Duplicate, row.EventId, $"a second event of order {row.AggregateId}");
            else if (OutboxCheck.Wrong(row, expected.Order) is { Length: > 0 } other)
                tally.Add(Stage.Outbox, DifferenceKind.Content, row.EventId, other);
        }
    }

    private void CheckUnreadable(IFollowedDatabase database, FollowTally tally)
    {
        var put = database.DeadLetters.Where(row => row.Topic == options.DecisionTopic)
            .ToDictionary(row => (row.Partition, row.Offset));
        foreach (var record in _unreadable.Where(
            record => record.Offset < database.NextOffsets.GetValueOrDefault(record.Partition, -1)).ToList())
        {
            _unreadable.Remove(record);
            if (!put.TryGetValue((record.Partition, record.Offset), out var row))
                tally.Add(Stage.OrderDeadLetters,
                    DifferenceKind.Missing, record.Place, "was no decision, and is not in app.dead_letter");
            else if (!row.Value.AsSpan().SequenceEqual(record.Value) || !row.Key.AsSpan().SequenceEqual(record.Key))
                tally.Add(Stage.OrderDeadLetters,
                    DifferenceKind.Content, record.Place, "key or value are not the record's, byte for byte");
            else _putAside++;
        }

        if (put.Count > _putAside + _unreadable.Count)
        {
            tally.Add(Stage.OrderDeadLetters, DifferenceKind.Unexpected,
                options.DecisionTopic, $"{put.Count} rows in app.dead_letter, {_putAside} records were no decisions");
            _putAside = put.Count;
        }
    }

    // Rows are asked for by the ids that decisions give; what nobody expects shows in the count alone.
    private static long Surplus(Stage stage, long surplus, long known, FollowTally tally)
    {
        if (surplus <= known) return known;
        tally.Add(stage,
            DifferenceKind.Unexpected, $"{surplus - known} rows", "more than decisions give; 'eos verify' names them");
        return surplus;
    }
}
