using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.Cli.Verification;

/// <summary>Orders = rows of the outbox, and each row tells of its order what the decision says.</summary>
internal sealed class OutboxCheck : IDisposable
{
    private readonly Spill<OutboxTableRow> _byOrder = new(OutboxTableRow.Write, OutboxTableRow.Read);
    private readonly DifferenceList _differences;

    public OutboxCheck(IPipelineWorld world, DifferenceList differences)
    {
        _differences = differences;
        foreach (var row in world.Outbox) _byOrder.Add(Buckets.Of(row.AggregateId), row);
    }

    /// <summary>How many rows the table has.</summary>
    public long Rows => _byOrder.Count;

    /// <summary>Every row: what events follow from.</summary>
    public IEnumerable<OutboxTableRow> ReadAll() => _byOrder.ReadAll();

    /// <summary>Compares the rows of a bucket of orders.</summary>
    /// <param name="bucket">Of the orders' ids.</param>
    /// <param name="orders">Orders that are there.</param>
    /// <param name="expected">Orders that decisions give, by order id.</param>
    public void Check(int bucket, IReadOnlyCollection<Guid> orders, IReadOnlyDictionary<Guid, Order> expected)
    {
        var there = orders.ToHashSet();
        var told = new HashSet<Guid>();
        var events = new HashSet<Guid>();
        foreach (var row in _byOrder.Read(bucket))
        {
            if (!events.Add(row.EventId))
                _differences.Add(Stage.Outbox, DifferenceKind.Duplicate, row.EventId, "a second row");
            else if (!there.Contains(row.AggregateId))
                _differences.Add(
                    Stage.Outbox, DifferenceKind.Unexpected, row.EventId, $"there is no order {row.AggregateId}");
            else if (!told.Add(row.AggregateId))
                _differences.Add(
                    Stage.Outbox, DifferenceKind.Duplicate, row.EventId, $"a second event of order {row.AggregateId}");
            else if (expected.TryGetValue(row.AggregateId, out var order) && Wrong(row, order) is { Length: > 0 } wrong)
                _differences.Add(Stage.Outbox, DifferenceKind.Content, row.EventId, wrong);
        }

        foreach (var order in orders.Where(order => !told.Contains(order)))
            _differences.Add(Stage.Outbox, DifferenceKind.Missing, order, "the order has no row in app.outbox");
    }

    public void Dispose() => _byOrder.Dispose();

    /// <summary>What a row says otherwise than its order; empty: nothing.</summary>
    public static string Wrong(OutboxTableRow actual, Order order)
    {
        var expected = OutboxRow.For(order, actual.TraceParent);
        var all = new (string Name, object Expected, object Actual)[]
        {
            ("event_id", expected.EventId, actual.EventId),
            ("aggregate_type", expected.AggregateType, actual.AggregateType),
            ("type", expected.Type, actual.Type),
            ("occurred_at", DateTime.UnixEpoch.AddMilliseconds(expected.OccurredAt), actual.OccurredAt),
            ("occurred_at_ms", expected.OccurredAt, actual.OccurredAtMs),
        };
        var wrong = all.Where(field => !field.Expected.Equals(field.Actual)).Select(
            field => FormattableString.Invariant($"{field.Name} is {field.Actual}, expected {field.Expected}"));
        return string.Join("; ", SameJson.Is(System.Text.Encoding.UTF8.GetBytes(expected.Payload), actual.Payload)
            ? wrong : wrong.Append(
                $"payload is {System.Text.Encoding.UTF8.GetString(actual.Payload)}, expected {expected.Payload}"));
    }
}
