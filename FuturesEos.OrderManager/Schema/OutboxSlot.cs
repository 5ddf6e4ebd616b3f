using FuturesEos.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace FuturesEos.OrderManager.Schema;

/// <summary>
/// The replication slot of the outbox, made before anything can be written there, so that it sees every row. A slot
/// that would start behind existing rows is refused: those rows would never be sent.
/// </summary>
internal sealed class OutboxSlot(NpgsqlConnection connection, string slot, List<string> report)
{
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        var (there, position) = await FindAsync(cancellation);
        if (!there)
        {
            await RefuseGapAsync(cancellation);
            position = await CreateAsync(cancellation);
            report.Add($"slot {slot}: made, starts at {position}");
        }
        else
        {
            report.Add($"slot {slot}: there");
        }

        await using var remember = new NpgsqlCommand(
            "INSERT INTO app.outbox_slot (slot_name, started_at) VALUES ($1, $2) ON CONFLICT (slot_name) "
            + (there ? "DO NOTHING" : "DO UPDATE SET started_at = excluded.started_at, made_at = now()"), connection);
        remember.Parameters.Add(new() { Value = slot });
        remember.Parameters.Add(new() { Value = position, NpgsqlDbType = NpgsqlDbType.PgLsn });
        await remember.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<(bool There, NpgsqlLogSequenceNumber Position)> FindAsync(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT slot_type, plugin, database, coalesce(confirmed_flush_lsn, '0/0'), current_database() "
            + "FROM pg_replication_slots WHERE slot_name = $1", connection);
        command.Parameters.Add(new() { Value = slot });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return default;
        var type = reader.GetString(0);
        var plugin = type == "logical" ? reader.GetString(1) : "none";
        var database = type == "logical" ? reader.GetString(2) : "";
        if (plugin != "pgoutput" || database != reader.GetString(4))
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"replication slot {slot} is a {type} slot with plugin"
                + $" {plugin}"
                + (database.Length > 0 ? $" of database {database}" : "")
                + ", needed is a logical one with pgoutput of this database: "
                + "slots are named per server, so choose another name with --slot");
        }

        return (true, reader.GetFieldValue<NpgsqlLogSequenceNumber>(3));
    }

    private async Task RefuseGapAsync(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM app.outbox", connection);
        if ((long)(await command.ExecuteScalarAsync(cancellation))! is var rows and > 0)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"slot {slot} is missing and app.outbox has {rows}"
                + $" rows: a new slot sends "
                + "only later ones. Stop the order manager and run the outbox relay once with --repair: it makes"
                + " the slot and "
                + "sends the rows that Kafka lacks");
        }
    }

    // Not in a transaction that has written (manual 9.27.6); it waits for transactions that are open now.
    private async Task<NpgsqlLogSequenceNumber> CreateAsync(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT lsn FROM pg_create_logical_replication_slot($1,"
            + " 'pgoutput')", connection);
        command.Parameters.Add(new() { Value = slot });
        try
        {
            return (NpgsqlLogSequenceNumber)(await command.ExecuteScalarAsync(cancellation))!;
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw ExpectedFailure.Unreachable($"user {connection.UserName} may not make replication slots: as a"
                + $" superuser: ALTER ROLE "
                + $"{connection.UserName} REPLICATION, or SELECT pg_create_logical_replication_slot('{slot}',"
                + $" 'pgoutput')", denied);
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.ConfigurationLimitExceeded)
        {
            throw ExpectedFailure.Unreachable($"no replication slot is free: raise max_replication_slots, or drop"
                + $" one that is not "
                + "used any more (pg_replication_slots with active = false)", full);
        }
    }
}
