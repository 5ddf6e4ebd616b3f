using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Closes a gap: outbox rows are never deleted by the relay, so what Kafka lacks can be found by id and sent. The
/// slot is held all the while. Rows that commit meanwhile come through the slot as well; until the log has passed the
/// point where the table was read, rows are therefore compared by id (the progress says so, for a repair that dies
/// half-way).
/// </summary>
internal sealed class OutboxRepair(
    NpgsqlConnection connection,
    OutboxRelayOptions options,
    RelayTransaction transaction,
    RefusedRows refused,
    ILogger logger,
    Action<CrashPoint> crash)
{
    // A time that no record can bear is read as none.
    private const string Rows = """
        SELECT event_id, aggregate_id, type, payload::text,
               CASE WHEN occurred_at >= '1970-01-01Z' AND occurred_at < '10000-01-01Z' THEN occurred_at END, traceparent
        FROM app.outbox ORDER BY occurred_at, event_id
        """;

    /// <summary>Makes the slot where there is none.</summary>
    public static async Task EnsureSlotAsync(NpgsqlConnection connection, OutboxRelayOptions options,
        CancellationToken cancellation)
    {
        if (await SlotState.ReadAsync(connection, options.Slot, cancellation) is not null)
            return;
        await using var command = new NpgsqlCommand(
            "SELECT lsn FROM pg_create_logical_replication_slot($1, 'pgoutput')", connection);
        command.Parameters.Add(new() { Value = options.Slot });
        var start = (NpgsqlLogSequenceNumber)(await command.ExecuteScalarAsync(cancellation))!;
        await using var remember = new NpgsqlCommand(
            "INSERT INTO app.outbox_slot (slot_name, started_at) VALUES ($1, $2) "
            + "ON CONFLICT (slot_name) DO UPDATE SET started_at = excluded.started_at, made_at = now()", connection);
        remember.Parameters.Add(new() { Value = options.Slot });
        remember.Parameters.Add(new() { Value = start, NpgsqlDbType = NpgsqlDbType.PgLsn });
        try
        {
            await remember.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // without the note the slot is guarded by its position alone
        }
    }

    /// <summary>Sends what is missing; the result is the progress from which to go on.</summary>
    /// <param name="known">Ids that Kafka holds; those sent are added.</param>
    /// <param name="progress">The slot as it is.</param>
    /// <param name="cancellation">Ends it between rows; it may be run again.</param>
    public async Task<RelayProgress> RunAsync(HashSet<Guid> known, RelayProgress progress,
        CancellationToken cancellation)
    {
        long rows = 0, missing = 0;
        var impossible = new Dictionary<Guid, string>();

        // The first statement takes the snapshot and then asks for the position: what the snapshot sees was committed
        // before it.
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var end = new NpgsqlCommand("SELECT pg_current_wal_insert_lsn()", connection);
        var until = (NpgsqlLogSequenceNumber)(await end.ExecuteScalarAsync(cancellation))!;
        var repaired = progress with { CompareUntil = until.ToString() };
        await using var command = new NpgsqlCommand(
            Rows, connection);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                rows++;
                var entry = await EntryAsync(reader, cancellation);
                if (!known.Add(entry.EventId))
                    continue;
                if ((refused.ReasonOf(entry.EventId)
                    ?? transaction.Add(entry, refused.IsSuspect(entry.EventId))) is { } reason)
                {
                    impossible[entry.EventId] = reason;
                    continue;
                }

                missing++;
                if (!transaction.IsFull)
                    continue;
                transaction.Commit(repaired with { IsRepairing = true }, () => { }, cancellation);
                crash(CrashPoint.PartRepaired);
            }
        }

        await snapshot.CommitAsync(cancellation);
        await ParkAsync(impossible, cancellation);
        transaction.Commit(repaired, () => { }, cancellation);
        await new ParkedRows(connection).RemoveAsync(
            known.Where(id => !impossible.ContainsKey(id)).ToHashSet(), cancellation);
        logger.Repaired(missing, rows, options.Topic);
        return repaired;
    }

    private async Task ParkAsync(Dictionary<Guid, string> impossible, CancellationToken cancellation)
    {
        foreach (var (row, reason) in impossible)
        {
            await new ParkedRows(connection).AddAsync(row, reason, cancellation);
            refused.Forget(row);
            logger.Parked(row, reason);
        }
    }

    // "-infinity" to the year 294276: what a timestamptz takes and a DateTime does not
    private static async Task<OutboxEntry> EntryAsync(NpgsqlDataReader reader, CancellationToken cancellation) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3),
        await reader.IsDBNullAsync(4, cancellation) ? null : reader.GetDateTime(4),
        await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetString(5));
}
