using Npgsql;

namespace FuturesEos.OrderManager;

/// <summary>
/// How much log PostgreSQL keeps for whoever carries the outbox to Kafka, and whether it gave that up. Told here, by
/// the one service that is there with Debezium and with the relay, and writes what is kept.
/// </summary>
internal sealed class SlotWatch(NpgsqlDataSource database, string slot, TimeProvider time)
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(10);
    private long _lastMeasured;

    /// <summary>Measures, if the last time is long enough ago.</summary>
    public async ValueTask LookAsync(CancellationToken cancellation)
    {
        if (_lastMeasured != 0 && time.GetElapsedTime(_lastMeasured) < MeasureEvery)
            return;
        _lastMeasured = time.GetTimestamp();
        var (retainedBytes, isLost) = await ReadAsync(database, slot, cancellation);
        OrderTelemetry.Slot(retainedBytes, isLost);
    }

    /// <summary>
    /// Log that is kept for the slot, and whether some is gone that it had not read: rows of the outbox may be among
    /// it.
    /// </summary>
    public static async Task<(long RetainedBytes, bool IsLost)> ReadAsync(
        NpgsqlDataSource database, string slot, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT CASE WHEN pg_is_in_recovery() THEN 0
                   ELSE coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0) END::bigint,
                   coalesce(wal_status, 'lost') = 'lost'
            FROM pg_replication_slots WHERE slot_name = $1
            """);
        command.Parameters.Add(new() { Value = slot });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt64(0), reader.GetBoolean(1)) : (0, true);
    }
}
