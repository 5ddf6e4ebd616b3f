namespace FuturesEos.OutboxRelay;

/// <summary>One inserted row of <c>app.outbox</c>, as decoded.</summary>
/// <param name="EventId">Primary key.</param>
/// <param name="AggregateId">The order's id; the record's key.</param>
/// <param name="EventType">Column <c>type</c>.</param>
/// <param name="Payload">The jsonb's text as PostgreSQL prints it.</param>
/// <param name="OccurredAt">UTC; none: out of the range of a DateTime.</param>
/// <param name="Traceparent">W3C trace context of what led to it, when known.</param>
internal sealed record OutboxEntry(
    Guid EventId, Guid AggregateId, string EventType, string Payload, DateTime? OccurredAt, string? Traceparent)
{
    private const int FixedBytes = 256;

    /// <summary>About what it takes in memory.</summary>
    public long Bytes =>
        FixedBytes + (sizeof(char) * (long)(Payload.Length + EventType.Length + (Traceparent?.Length ?? 0)));
}
