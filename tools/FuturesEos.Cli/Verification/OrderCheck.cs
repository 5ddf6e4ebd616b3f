using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Decisions over the threshold = orders, by id and content; the offsets say exactly which decisions were taken; what
/// was no decision was put aside.
/// </summary>
internal sealed class OrderCheck(IPipelineWorld world, VerifyOptions options, DifferenceList differences) : IDisposable
{
    private readonly Spill<ExpectedOrder> _expected = new(ExpectedOrder.Write, ExpectedOrder.Read);
    private readonly Spill<OrderRow> _rows = new(OrderRow.Write, OrderRow.Read);
    private readonly Dictionary<int, long> _nextOffsets = world.NextOffsets;

    /// <summary>Decisions on their way to the order manager.</summary>
    public long OnTheirWay { get; private set; }

    /// <summary>How many rows the table has.</summary>
    public long Rows => _rows.Count;

    /// <summary>Notes what a decision gives.</summary>
    public void Expect(ActualDecision actual)
    {
        var isTaken = IsTaken(actual.Partition, actual.Offset);
        var hadTime = world.HadTime(options.DecisionTopic, actual.Partition, actual.Offset);
        if (!isTaken && !hadTime) OnTheirWay++;
        if (OrderRule.Decide(actual.Decision, options.Orders) is { } order)
            _expected.Add(
                Buckets.Of(order.Id), new ExpectedOrder(order, actual.Partition, actual.Offset, isTaken, hadTime));
    }

    /// <summary>Compares, when all decisions were noted; the rows of the outbox are compared on the way.</summary>
    public void Run(DecisionSet decisions, OutboxCheck outbox)
    {
        foreach (var row in world.Orders) _rows.Add(Buckets.Of(row.Id), row);
        for (var bucket = 0; bucket < Buckets.Count; bucket++)
        {
            var rows = new Dictionary<Guid, OrderRow>();
            foreach (var row in _rows.Read(bucket))
            {
                if (!rows.TryAdd(row.Id, row))
                    differences.Add(Stage.Orders, DifferenceKind.Duplicate, row.Id, "a second row");
            }

            var expected = new Dictionary<Guid, Order>();
            foreach (var order in _expected.Read(bucket))
            {
                expected[order.Order.Id] = order.Order;
                Check(order, rows);
            }

            foreach (var row in rows.Values.Where(row => !expected.ContainsKey(row.Id)))
                differences.Add(Stage.Orders,
                    DifferenceKind.Unexpected, row.Id, $"no committed decision {row.DecisionId} gives this order");
            outbox.Check(bucket, rows.Keys, expected);
        }

        CheckDeadLetters(decisions);
        CheckOffsets(decisions);
    }

    public void Dispose()
    {
        _expected.Dispose();
        _rows.Dispose();
    }

    private void Check(ExpectedOrder expected, Dictionary<Guid, OrderRow> rows)
    {
        var order = expected.Order;
        if (!rows.TryGetValue(order.Id, out var row))
        {
            if (expected.IsTaken || expected.HadTime)
            {
                differences.Add(
                    Stage.Orders, DifferenceKind.Missing, order.Id,
                    $"no order for decision {order.DecisionId} at {expected.Partition}:{expected.Offset}");
            }

            return;
        }

        if (!expected.IsTaken)
        {
            differences.Add(
                Stage.Offsets, DifferenceKind.Content, order.Id,
                $"the order is there, and the offset of partition {expected.Partition} says that decision "
                    + $"{expected.Offset} was not taken");
        }

        if (Wrong(row, order) is { Length: > 0 } wrong)
            differences.Add(Stage.Orders, DifferenceKind.Content, order.Id, wrong);
    }

    private bool IsTaken(int partition, long offset) => offset < _nextOffsets.GetValueOrDefault(partition, -1);

    private void CheckDeadLetters(DecisionSet decisions)
    {
        var rows = world.OrderDeadLetters.Where(row => row.Topic == options.DecisionTopic)
            .ToDictionary(row => (row.Partition, row.Offset));
        foreach (var record in decisions.Unreadable)
        {
            if (!rows.Remove((record.Partition, record.Offset), out var row))
            {
                if (IsTaken(record.Partition, record.Offset)
                    || world.HadTime(record.Topic, record.Partition, record.Offset))
                    differences.Add(Stage.OrderDeadLetters,
                        DifferenceKind.Missing, record.Place, "was not put aside in app.dead_letter");
                continue;
            }

            if (!row.Value.AsSpan().SequenceEqual(record.Value) || !row.Key.AsSpan().SequenceEqual(record.Key))
                differences.Add(Stage.OrderDeadLetters,
                    DifferenceKind.Content, record.Place, "key or value are not the record's, byte for byte");
        }

        foreach (var row in rows.Values)
            differences.Add(Stage.OrderDeadLetters, DifferenceKind.Unexpected,
                $"{row.Topic} {row.Partition}:{row.Offset}", "there is no unreadable record");
    }

    private void CheckOffsets(DecisionSet decisions)
    {
        foreach (var (partition, last) in decisions.LastOffsets)
        {
            if (!IsTaken(partition, last) && world.HadTime(options.DecisionTopic, partition, last))
            {
                var next = _nextOffsets.TryGetValue(partition, out var offset)
                    ? $"says {offset}" : $"is missing for group {options.OrdersGroup}";
                differences.Add(Stage.Offsets, DifferenceKind.Missing, $"{options.DecisionTopic} {partition}",
                    $"app.consumer_offset {next}, and the last decision is at {last}");
            }
        }

        foreach (var (partition, next) in _nextOffsets)
        {
            var end = world.End(options.DecisionTopic, partition);
            if (next > end)
                differences.Add(Stage.Offsets, DifferenceKind.Unexpected, $"{options.DecisionTopic} {partition}",
                    $"app.consumer_offset says {next}, and the topic ends at {end}");
        }
    }

    /// <summary>What a row says otherwise than its decision; empty: nothing.</summary>
    public static string Wrong(OrderRow actual, Order expected)
    {
        var all = new (string Name, object Expected, object Actual)[]
        {
            ("client_order_id", expected.ClientOrderId, actual.ClientOrderId),
            ("decision_id", expected.DecisionId, actual.DecisionId),
            ("signal_id", expected.SignalId, actual.SignalId),
            ("symbol", expected.Symbol, actual.Symbol),
            ("side", expected.Side.Text(), actual.Side),
            ("qty", expected.Qty, actual.Qty),
            ("price", expected.Price, actual.Price),
            ("status", Order.PendingStatus, actual.Status),
            ("created_at", DateTime.UnixEpoch.AddMilliseconds(expected.CreatedAt), actual.CreatedAt),
        };
        return string.Join("; ", all.Where(field => !field.Expected.Equals(field.Actual)).Select(
            field => FormattableString.Invariant($"{field.Name} is {field.Actual}, expected {field.Expected}")));
    }
}
