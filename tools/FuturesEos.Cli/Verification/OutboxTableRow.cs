namespace FuturesEos.Cli.Verification;

/// <summary>A row of <c>app.outbox</c> as the database gives it back: its payload is JSONB, so without the writer's order of fields.</summary>
internal sealed record OutboxTableRow(
    Guid EventId,
    string AggregateType,
    Guid AggregateId,
    string Type,
    string Payload,
    DateTime OccurredAt,
    long OccurredAtMs,
    string? TraceParent);
