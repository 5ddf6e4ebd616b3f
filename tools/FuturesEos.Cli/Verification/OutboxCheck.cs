using System.Text.Json;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.Cli.Verification;

/// <summary>Orders = rows of the outbox, and each row tells of its order what the decision says.</summary>
internal sealed class OutboxCheck(DatabaseRows rows, DifferenceList differences)
{
    /// <summary>Rows by event id: what events follow from.</summary>
    public Dictionary<Guid, OutboxTableRow> ById { get; } = new(rows.Outbox.Count);

    /// <summary>Compares.</summary>
    /// <param name="expected">Orders that decisions give, by order id.</param>
    public void Run(IReadOnlyDictionary<Guid, Order> expected)
    {
        var orders = rows.Orders.Select(row => row.Id).ToHashSet();
        var told = new HashSet<Guid>(rows.Outbox.Count);
        foreach (var row in rows.Outbox)
        {
            if (!ById.TryAdd(row.EventId, row))
                differences.Add(Stage.Outbox, DifferenceKind.Duplicate, row.EventId, "a second row");
            else if (!orders.Contains(row.AggregateId))
                differences.Add(Stage.Outbox, DifferenceKind.Unexpected, row.EventId, $"there is no order {row.AggregateId}");
            else if (!told.Add(row.AggregateId))
                differences.Add(Stage.Outbox, DifferenceKind.Duplicate, row.EventId, $"a second event of order {row.AggregateId}");
            else if (expected.TryGetValue(row.AggregateId, out var order) && Wrong(row, order) is { Length: > 0 } wrong)
                differences.Add(Stage.Outbox, DifferenceKind.Content, row.EventId, wrong);
        }

        foreach (var order in orders.Where(order => !told.Contains(order)))
            differences.Add(Stage.Outbox, DifferenceKind.Missing, order, "the order has no row in app.outbox");
    }

    private static string Wrong(OutboxTableRow actual, Order order)
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
        return string.Join("; ", IsSameJson(expected.Payload, actual.Payload)
            ? wrong : wrong.Append($"payload is {System.Text.Encoding.UTF8.GetString(actual.Payload)}, expected {expected.Payload}"));
    }

    /// <summary>JSONB keeps numbers and texts, and neither blanks nor the order of fields.</summary>
    private static bool IsSameJson(string expected, byte[] actual)
    {
        using var left = JsonDocument.Parse(expected);
        using var right = JsonDocument.Parse(actual);
        return JsonElement.DeepEquals(left.RootElement, right.RootElement);
    }
}
