using FuturesEos.Cli.Verification.Spilling;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// A row of <c>app.outbox</c> as the database gives it back: its payload is JSONB, so without the writer's order of
/// fields; UTF-8.
/// </summary>
internal sealed record OutboxTableRow(
    Guid EventId,
    string AggregateType,
    Guid AggregateId,
    string Type,
    byte[] Payload,
    DateTime OccurredAt,
    long OccurredAtMs,
    string? TraceParent)
{
    public static void Write(BinaryWriter to, OutboxTableRow row)
    {
        to.Write(row.EventId);
        to.Write(row.AggregateType);
        to.Write(row.AggregateId);
        to.Write(row.Type);
        to.WriteOptional(row.Payload);
        to.Write(row.OccurredAt.Ticks);
        to.Write(row.OccurredAtMs);
        to.WriteOptional(row.TraceParent);
    }

    public static OutboxTableRow Read(BinaryReader from) => new(
        from.ReadGuid(), from.ReadString(), from.ReadGuid(), from.ReadString(), from.ReadOptional()!,
        new DateTime(from.ReadInt64(), DateTimeKind.Utc), from.ReadInt64(), from.ReadOptionalText());
}
