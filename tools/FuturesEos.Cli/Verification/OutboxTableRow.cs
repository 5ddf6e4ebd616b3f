namespace FuturesEos.Cli.Verification;

/// <summary>A row of <c>app.outbox</c> as the database gives it back: its payload is JSONB, so without the writer's order of fields; UTF-8.</summary>
internal sealed record OutboxTableRow(
    Guid EventId,
    string AggregateType,
    Guid AggregateId,
    string Type,
    byte[] Payload,
    DateTime OccurredAt,
    long OccurredAtMs,
    string? TraceParent);
