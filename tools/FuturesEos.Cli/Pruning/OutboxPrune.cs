using System.Data;
using FuturesEos.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace FuturesEos.Cli.Pruning;

/// <summary>
/// Removes rows of the outbox that are in Kafka, and no others. A snapshot of the table is taken and then the end of
/// the log; once the reader of the slot has confirmed that much, everything the snapshot shows was carried over. Only
/// rows of the snapshot are removed, a batch in a transaction, so it may be stopped at any time.
/// </summary>
internal sealed class OutboxPrune(string postgres, string slot, TimeSpan patience)
{
    private const int BatchRows = 1_000;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Rows removed so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Removes what is older.</summary>
    /// <param name="before">By <c>occurred_at</c>, the time of the order.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="ExpectedFailure">It is not known that they were sent: nothing was removed.</exception>
    public async Task RunAsync(DateTime before, CancellationToken cancellation)
    {
        await using var reading = new NpgsqlConnection(postgres);
        await using var writing = new NpgsqlConnection(postgres);
        await reading.OpenAsync(cancellation);
        await writing.OpenAsync(cancellation);
        try
        {
            await using var snapshot =
                await reading.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            // the first statement takes the snapshot and then asks: what it shows was committed before
            await using var ask = new NpgsqlCommand("SELECT pg_current_wal_insert_lsn()", reading);
            var end = (NpgsqlLogSequenceNumber)(await ask.ExecuteScalarAsync(cancellation))!;
            await WaitConfirmedAsync(writing, end, cancellation);
            await RemoveAsync(reading, writing, before, cancellation);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            throw ExpectedFailure.Unreachable(
                $"the database {reading.Database} lacks a table of this version ({e.MessageText}); 'eos migrate' makes "
                    + "it", e);
        }
    }

    private async Task WaitConfirmedAsync(
        NpgsqlConnection connection, NpgsqlLogSequenceNumber end, CancellationToken cancellation)
    {
        // on a server at rest the log would end here for long, and nobody confirms what is not there
        await using (var advance = new NpgsqlCommand("SELECT pg_current_xact_id()", connection))
            await advance.ExecuteNonQueryAsync(cancellation);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (isRead, confirmed) = await SlotAsync(connection, cancellation);
            if (isRead && confirmed >= end) return;
            if (TimeProvider.System.GetElapsedTime(start) > patience)
            {
                throw isRead
                    ? new ExpectedFailure(
                        ExitCode.TimedOut,
                        $"the reader of slot {slot} has confirmed everything up to {confirmed}, and not up to {end} "
                            + $"within {patience.TotalSeconds:0} s; nothing was removed. 'eos lag' and 'eos status' "
                            + "tell what it waits for")
                    : new ExpectedFailure(
                        ExitCode.CheckFailed,
                        $"nobody reads slot {slot}, so nobody can tell which rows were sent; nothing was removed. "
                            + "Start the relay ('eos run relay') or Debezium, then try again");
            }

            await Task.Delay(AskEvery, cancellation);
        }
    }

    private async Task<(bool IsRead, NpgsqlLogSequenceNumber Confirmed)> SlotAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT active, confirmed_flush_lsn FROM pg_replication_slots "
            + "WHERE slot_name = $1 AND database = current_database() AND confirmed_flush_lsn IS NOT NULL", connection)
        {
            Parameters = { new() { Value = slot } },
        };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            throw new ExpectedFailure(
                ExitCode.CheckFailed,
                $"there is no slot {slot} in database {connection.Database}, so nobody can tell which rows were sent; "
                    + "nothing was removed. --slot names another; a lost one: 'eos relay repair'");
        return (row.GetBoolean(0), row.GetFieldValue<NpgsqlLogSequenceNumber>(1));
    }

    private async Task RemoveAsync(
        NpgsqlConnection reading, NpgsqlConnection writing, DateTime before, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT event_id FROM app.outbox WHERE occurred_at < $1", reading)
        {
            Parameters = { new() { Value = before } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var batch = new List<Guid>(BatchRows);
        while (await rows.ReadAsync(cancellation))
        {
            batch.Add(rows.GetGuid(0));
            if (batch.Count < BatchRows) continue;
            await RemoveAsync(writing, batch, before, cancellation);
            batch.Clear();
        }

        if (batch.Count > 0) await RemoveAsync(writing, batch, before, cancellation);
    }

    private async Task RemoveAsync(
        NpgsqlConnection connection, List<Guid> ids, DateTime before, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH gone AS (DELETE FROM app.outbox WHERE event_id = ANY($1) RETURNING 1)
            INSERT INTO app.outbox_pruned AS p (before, rows) SELECT $2, count(*) FROM gone
            ON CONFLICT (only_one) DO UPDATE SET before = greatest(p.before, excluded.before),
                rows = p.rows + excluded.rows, updated_at = now()
            """, connection)
        {
            Parameters = { new() { Value = ids.ToArray() }, new() { Value = before } },
        };
        await command.ExecuteNonQueryAsync(cancellation);
        Rows += ids.Count;
    }
}
