using FuturesEos.Contracts;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Decisions over the threshold = orders, by id and content; the offsets say exactly which decisions were taken; what was no decision
/// was put aside.
/// </summary>
internal sealed class OrderCheck(IPipelineWorld world, VerifyOptions options, DifferenceList differences)
{
    private readonly DatabaseRows _rows = world.Database;

    /// <summary>Orders that decisions give, by order id.</summary>
    public Dictionary<Guid, Order> Expected { get; } = [];

    /// <summary>Decisions on their way to the order manager.</summary>
    public long OnTheirWay { get; private set; }

    /// <summary>Compares.</summary>
    public void Run(DecisionSet decisions)
    {
        var rows = new Dictionary<Guid, OrderRow>(_rows.Orders.Count);
        foreach (var row in _rows.Orders)
        {
            if (!rows.TryAdd(row.Id, row)) differences.Add(Stage.Orders, DifferenceKind.Duplicate, row.Id, "a second row");
        }

        foreach (var decision in decisions.ById.Values) Check(decision, rows);
        foreach (var row in rows.Values)
        {
            if (!Expected.ContainsKey(row.Id))
                differences.Add(Stage.Orders, DifferenceKind.Unexpected, row.Id, $"no committed decision {row.DecisionId} gives this order");
        }

        CheckDeadLetters(decisions);
        CheckOffsets(decisions);
    }

    private void Check(ActualDecision actual, Dictionary<Guid, OrderRow> rows)
    {
        var isTaken = IsTaken(actual.Partition, actual.Offset);
        if (!isTaken && !world.HadTime(options.DecisionTopic, actual.Partition, actual.Offset)) OnTheirWay++;
        if (OrderRule.Decide(actual.Decision, options.Orders) is not { } order) return;
        Expected[order.Id] = order;
        if (!rows.TryGetValue(order.Id, out var row))
        {
            if (isTaken || world.HadTime(options.DecisionTopic, actual.Partition, actual.Offset))
                differences.Add(Stage.Orders, DifferenceKind.Missing, order.Id, $"no order for decision {actual.Decision.Id} at {actual.Partition}:{actual.Offset}");
            return;
        }

        if (!isTaken)
            differences.Add(Stage.Offsets, DifferenceKind.Content, order.Id, $"the order is there, and the offset of partition {actual.Partition} says that decision {actual.Offset} was not taken");
        if (Wrong(row, order) is { Length: > 0 } wrong) differences.Add(Stage.Orders, DifferenceKind.Content, order.Id, wrong);
    }

    private bool IsTaken(int partition, long offset) => offset < _rows.NextOffsets.GetValueOrDefault(partition, -1);

    private void CheckDeadLetters(DecisionSet decisions)
    {
        var rows = _rows.DeadLetters.Where(row => row.Topic == options.DecisionTopic).ToDictionary(row => (row.Partition, row.Offset));
        foreach (var record in decisions.Unreadable)
        {
            if (!rows.Remove((record.Partition, record.Offset), out var row))
            {
                if (IsTaken(record.Partition, record.Offset) || world.HadTime(record.Topic, record.Partition, record.Offset))
                    differences.Add(Stage.OrderDeadLetters, DifferenceKind.Missing, record.Place, "was not put aside in app.dead_letter");
                continue;
            }

            if (!row.Value.AsSpan().SequenceEqual(record.Value) || !row.Key.AsSpan().SequenceEqual(record.Key))
                differences.Add(Stage.OrderDeadLetters, DifferenceKind.Content, record.Place, "key or value are not the record's, byte for byte");
        }

        foreach (var row in rows.Values)
            differences.Add(Stage.OrderDeadLetters, DifferenceKind.Unexpected, $"{row.Topic} {row.Partition}:{row.Offset}", "there is no unreadable record");
    }

    private void CheckOffsets(DecisionSet decisions)
    {
        foreach (var (partition, last) in decisions.LastOffsets)
        {
            if (!IsTaken(partition, last) && world.HadTime(options.DecisionTopic, partition, last))
            {
                var next = _rows.NextOffsets.TryGetValue(partition, out var offset) ? $"says {offset}" : $"is missing for group {options.OrdersGroup}";
                differences.Add(Stage.Offsets, DifferenceKind.Missing, $"{options.DecisionTopic} {partition}", $"app.consumer_offset {next}, and the last decision is at {last}");
            }
        }

        foreach (var (partition, next) in _rows.NextOffsets)
        {
            var end = world.End(options.DecisionTopic, partition);
            if (next > end)
                differences.Add(Stage.Offsets, DifferenceKind.Unexpected, $"{options.DecisionTopic} {partition}", $"app.consumer_offset says {next}, and the topic ends at {end}");
        }
    }

    private static string Wrong(OrderRow actual, Order expected)
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
