using Npgsql;
using NpgsqlTypes;

namespace FuturesEos.OutboxRelay;

/// <summary>What PostgreSQL says about a slot and its publication.</summary>
internal sealed record SlotState
{
    public required string Type { get; init; }

    public required string Plugin { get; init; }

    public required string Database { get; init; }

    public required string CurrentDatabase { get; init; }

    public required NpgsqlLogSequenceNumber ConfirmedFlush { get; init; }

    /// <summary>reserved, extended, unreserved, or lost: the log that it needs is gone.</summary>
    public required string WalStatus { get; init; }

    /// <summary>Bytes of log that PostgreSQL keeps for the slot.</summary>
    public required long RetainedBytes { get; init; }

    /// <summary>Where the log ends now.</summary>
    public required NpgsqlLogSequenceNumber LogEnd { get; init; }

    /// <summary>Where the slot started, if the migration made it.</summary>
    public required NpgsqlLogSequenceNumber? StartedAt { get; init; }

    public static async Task<SlotState?> ReadAsync(NpgsqlConnection connection, string slot,
        CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT s.slot_type, coalesce(s.plugin, ''), coalesce(s.database, ''), current_database(),
                   coalesce(s.confirmed_flush_lsn, '0/0'), coalesce(s.wal_status, 'lost'),
                   coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn), 0)::bigint,
                       pg_current_wal_flush_lsn(), o.started_at
            FROM pg_replication_slots s LEFT JOIN app.outbox_slot o USING (slot_name)
            WHERE slot_name = $1
            """, connection);
        command.Parameters.Add(new() { Value = slot });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        return new SlotState
        {
            Type = reader.GetString(0),
            Plugin = reader.GetString(1),
            Database = reader.GetString(2),
            CurrentDatabase = reader.GetString(3),
            ConfirmedFlush = reader.GetFieldValue<NpgsqlLogSequenceNumber>(4),
            WalStatus = reader.GetString(5),
            RetainedBytes = reader.GetInt64(6),
            LogEnd = reader.GetFieldValue<NpgsqlLogSequenceNumber>(7),
            StartedAt = await reader.IsDBNullAsync(8, cancellation) ? null
                : reader.GetFieldValue<NpgsqlLogSequenceNumber>(8),
        };
    }
}
