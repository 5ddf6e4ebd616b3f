using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// <c>app.outbox_parked</c>: copies of rows that Kafka never takes. A row is here before the relay passes it over, so
/// it is never only in the past of the slot; parked twice is parked once.
/// </summary>
internal sealed class ParkedRows(NpgsqlConnection connection)
{
    /// <summary>How many are parked.</summary>
    /// <exception cref="ExpectedFailure">The table is missing.</exception>
    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM app.outbox_parked", connection);
        try
        {
            return (long)(await command.ExecuteScalarAsync(cancellation))!;
        }
        catch (PostgresException old) when (old.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"database {connection.Database} has no table"
                + " app.outbox_parked: its schema is older than this program; run 'eos migrate'", old);
        }
    }

    /// <summary>Parks a row of <c>app.outbox</c>.</summary>
    /// <exception cref="ExpectedFailure">The table does not have it: there is nothing to put aside.</exception>
    public async Task AddAsync(Guid row, string reason, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO app.outbox_parked
                (event_id, aggregate_type, aggregate_id, type, payload, occurred_at, traceparent, reason)
            SELECT event_id, aggregate_type, aggregate_id, type, payload, occurred_at, traceparent, $2
            FROM app.outbox WHERE event_id = $1
            ON CONFLICT (event_id) DO UPDATE SET reason = excluded.reason
            """, connection);
        command.Parameters.Add(new() { Value = row });
        command.Parameters.Add(new() { Value = reason });
        if (await command.ExecuteNonQueryAsync(cancellation) == 0)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"row {row} cannot be sent ({reason}), and cannot be"
                + " parked: app.outbox does not hold it any more. Insert it again, or let Kafka take it");
        }
    }

    /// <summary>Removes those that Kafka holds.</summary>
    public async Task RemoveAsync(IReadOnlySet<Guid> sent, CancellationToken cancellation)
    {
        var done = new List<Guid>();
        await using (var command = new NpgsqlCommand("SELECT event_id FROM app.outbox_parked", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                if (sent.Contains(reader.GetGuid(0)))
                    done.Add(reader.GetGuid(0));
            }
        }

        if (done.Count == 0)
            return;
        await using var delete = new NpgsqlCommand(
            "DELETE FROM app.outbox_parked WHERE event_id = ANY($1)", connection);
        delete.Parameters.Add(new() { Value = done });
        await delete.ExecuteNonQueryAsync(cancellation);
    }
}
