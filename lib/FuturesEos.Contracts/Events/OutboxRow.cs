using FuturesEos.Contracts.Orders;

namespace FuturesEos.Contracts.Events;

/// <summary>A row of <c>app.outbox</c>: an event that is committed with the order it tells of.</summary>
/// <param name="EventId">UUIDv5 in the namespace of the order's id, of the event type.</param>
/// <param name="AggregateType"><c>ORDER</c>.</param>
/// <param name="AggregateId">The order's id: the event's key.</param>
/// <param name="Type"><c>ORDER_CREATED</c>.</param>
/// <param name="Payload">The order as JSON.</param>
/// <param name="OccurredAt">The order's created_at, epoch milliseconds.</param>
/// <param name="TraceParent">Trace context of the decision (W3C), or null.</param>
public sealed record OutboxRow(
    Guid EventId,
    string AggregateType, Guid AggregateId, string Type, string Payload, long OccurredAt, string? TraceParent)
{
    /// <summary>The aggregate type of orders.</summary>
    public const string OrderAggregate = "ORDER";

    /// <summary>The type of the event that an order was made.</summary>
    public const string OrderCreated = "ORDER_CREATED";

    /// <summary>The id of the event that an order was made.</summary>
    public static Guid EventIdOf(Guid orderId) => NameBasedUuid.Create(orderId, OrderCreated);

    /// <summary>The row that goes with a new order.</summary>
    public static OutboxRow For(Order order, string? traceParent) => new(
        EventIdOf(order.Id), OrderAggregate, order.Id, OrderCreated, order.ToJson(), order.CreatedAt, traceParent);
}
