namespace FuturesEos.Contracts.Events;

/// <summary>
/// A record of <c>trading.orders</c>, as Debezium's outbox EventRouter writes it and as the embedded relay does. Key:
/// aggregate id, text.
/// Value: the payload as JSON. Header values are UTF-8 text.
/// </summary>
public static class OrderEvent
{
    /// <summary>Header with the event id: the one that the EventRouter adds by itself.</summary>
    public const string IdHeader = "id";

    /// <summary>Header with the event id.</summary>
    public const string EventIdHeader = "event_id";

    /// <summary>Header with the aggregate id, which is the record's key too.</summary>
    public const string AggregateIdHeader = "aggregate_id";

    /// <summary>Header with the event type.</summary>
    public const string EventTypeHeader = "event_type";

    /// <summary>Header with the time it occurred (<see cref="Timestamps.FormatZoned"/>).</summary>
    public const string OccurredAtHeader = "occurred_at";

    /// <summary>Header with the trace context, when the row has one.</summary>
    public const string TraceParentHeader = "traceparent";
}
