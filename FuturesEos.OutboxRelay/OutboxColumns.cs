using Npgsql.Replication.PgOutput;
using Npgsql.Replication.PgOutput.Messages;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Decodes pgoutput messages; columns are found by name, so that their order and additions do not matter.
/// </summary>
internal sealed class OutboxColumns
{
    private static readonly DateTime PostgresEpoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The item of a message; none for a message that carries nothing for us.</summary>
    public async ValueTask<LogItem?> ReadAsync(PgOutputReplicationMessage message, CancellationToken cancellation)
    {
        switch (message)
        {
            case BeginMessage begin:
                return new LogItem(
                    LogItemKind.Begin, begin.TransactionFinalLsn, CommittedAt: begin.TransactionCommitTimestamp);
            case CommitMessage commit:
                return new LogItem(LogItemKind.Commit, commit.TransactionEndLsn);
            case InsertMessage { Relation: { Namespace: "app", RelationName: "outbox" } relation } insert:
                return await ReadRowAsync(relation, insert.NewRow, cancellation) is { } entry
                    ? new LogItem(LogItemKind.Row, default, entry)
                    : new LogItem(LogItemKind.Unreadable, default, Problem: "a row of app.outbox came without columns"
                        + " that are needed (event_id, aggregate_id, type, payload, occurred_at)");
            case InsertMessage { Relation: var other }:
                return new LogItem(LogItemKind.Unreadable, default,
                    Problem: $"a row of {other.Namespace}.{other.RelationName} came through the slot");
            default:
                return null;
        }
    }

    private static async ValueTask<OutboxEntry?> ReadRowAsync(
        RelationMessage relation, ReplicationTuple row, CancellationToken cancellation)
    {
        Guid? eventId = null, aggregateId = null;
        string? type = null, payload = null, traceparent = null;
        long? occurredMicros = null;
        var index = 0;
        await foreach (var value in row.WithCancellation(cancellation))
        {
            var name = relation.Columns[index++].ColumnName;
            if (value.IsDBNull)
                continue;
            switch (name)
            {
                case "event_id": eventId = await value.Get<Guid>(cancellation); break;
                case "aggregate_id": aggregateId = await value.Get<Guid>(cancellation); break;
                case "type": type = await value.Get<string>(cancellation); break;
                case "payload": payload = await value.Get<string>(cancellation); break;
                case "occurred_at": occurredMicros = await value.Get<long>(cancellation); break;
                case "traceparent": traceparent = await value.Get<string>(cancellation); break;
            }
        }

        if (eventId is null || aggregateId is null || type is null || payload is null || occurredMicros is null)
            return null;
        return new OutboxEntry(
            eventId.Value, aggregateId.Value, type, payload, TimeOf(occurredMicros.Value), traceparent);
    }

    // A timestamptz is microseconds since 2000, and reaches from 4713 BC to 294276 AD; none: beyond a DateTime.
    private static DateTime? TimeOf(long micros) =>
        micros > (DateTime.MinValue - PostgresEpoch).TotalMicroseconds
        && micros < (DateTime.MaxValue - PostgresEpoch).TotalMicroseconds
            ? PostgresEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond) : null;
}
