using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.OrderManager.Schema;

/// <summary>
/// Brings a database to this program's version: schema, roles, publication, slot. May be repeated, and run by many at
/// once: an advisory lock lets one through at a time, and the others find the work done.
/// </summary>
internal sealed class DatabaseMigrator(string connectionString, string slot, IReadOnlyList<Migration> migrations)
{
    /// <summary>Any number, as long as it is this program's own: "EOS" and "MIGR".</summary>
    private const long LockKey = 0x454F534D494752;

    private const int OldestServer = 14;
    private readonly List<string> _report = [];

    /// <summary>Does it, and says line by line what was done and what was there.</summary>
    /// <exception cref="ExpectedFailure">The server cannot serve the pipeline, or the database is another
    /// program's.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation)
    {
        _report.Clear();
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        await RefuseServerAsync(connection, cancellation);
        if (await IsCurrentAsync(connection, cancellation))
        {
            _report.Add($"schema: version {migrations.Count}, nothing to do");
            return _report;
        }

        // Held by a transaction of a connection of its own, which ends with it, whatever happens. A lock of the session
        // would stay behind where a pooler (PgBouncer in transaction mode) gives each statement another session, and a
        // slot cannot be made in a transaction that has written.
        await using var guard = new NpgsqlConnection(connectionString + ";Pooling=false");
        await guard.OpenAsync(cancellation);
        await using var turn = await guard.BeginTransactionAsync(cancellation);
        await ExecuteAsync(guard, $"SELECT pg_advisory_xact_lock({LockKey})", cancellation);
        await ApplyAsync(connection, cancellation);
        await new DatabaseRoles(connection, _report).EnsureAsync(cancellation);
        await new OutboxSlot(connection, slot, _report).EnsureAsync(cancellation);
        return _report;
    }

    private static async Task RefuseServerAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (connection.PostgreSqlVersion.Major < OldestServer)
        {
            throw ExpectedFailure.Unreachable($"{Where(connection)} is PostgreSQL {connection.PostgreSqlVersion}, "
                + $"{OldestServer} or newer is needed: logical decoding with messages came with it");
        }

        await using var command = new NpgsqlCommand("SHOW wal_level", connection);
        if ((string)(await command.ExecuteScalarAsync(cancellation))! is var level and not "logical")
        {
            throw ExpectedFailure.Unreachable($"{Where(connection)} has wal_level={level}, logical is needed to"
                + $" read the outbox from the "
                + "log: ALTER SYSTEM SET wal_level = logical, then restart the server");
        }
    }

    // The way of every ordinary start, and all that a user with the least rights needs.
    private async Task<bool> IsCurrentAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = await AppliedAsync(connection, cancellation);
        RefuseForeign(applied, connection);
        if (applied.Count < migrations.Count)
            return false;
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_replication_slots s JOIN app.outbox_slot o USING (slot_name) "
            + "WHERE slot_name = $1 AND database = current_database()", connection);
        command.Parameters.Add(new() { Value = slot });
        return (long)(await command.ExecuteScalarAsync(cancellation))! == 1;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await ExecuteAsync(connection, """
            CREATE SCHEMA IF NOT EXISTS app;
            CREATE TABLE IF NOT EXISTS app.schema_version (
                version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now())
            """, cancellation);
        var applied = await AppliedAsync(connection, cancellation);
        RefuseForeign(applied, connection);
        foreach (var migration in migrations.Skip(applied.Count))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await ExecuteAsync(connection, migration.Sql, cancellation);
            await using var command = new NpgsqlCommand(
                "INSERT INTO app.schema_version (version, name, checksum) VALUES ($1, $2, $3)", connection);
            command.Parameters.Add(new() { Value = migration.Version });
            command.Parameters.Add(new() { Value = migration.Name });
            command.Parameters.Add(new() { Value = migration.Checksum });
            await command.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            _report.Add($"applied {migration.Name}");
        }

        if (applied.Count == migrations.Count)
            _report.Add($"schema: version {migrations.Count}");
    }

    private static async Task<List<(int Version, string Name, string Checksum)>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new List<(int, string, string)>();
        await using var command = new NpgsqlCommand(
            "SELECT version, name, checksum FROM app.schema_version ORDER BY version", connection);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                applied.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }
        catch (PostgresException none) when (none.SqlState is PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.InvalidSchemaName)
        {
        }

        return applied;
    }

    private void RefuseForeign(List<(int Version, string Name, string Checksum)> applied, NpgsqlConnection connection)
    {
        if (applied.Count > migrations.Count)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"{Where(connection)} has schema version"
                + $" {applied.Count}, this program knows "
                + $"{migrations.Count}: use the newer program (migrations only go forward)");
        }

        foreach (var (version, name, checksum) in applied)
        {
            if (migrations[version - 1].Checksum != checksum)
            {
                throw new ExpectedFailure(ExitCode.CheckFailed,
                    $"migration {name} was applied to {Where(connection)} with other "
                    + "text than this program has: an applied migration must not be changed; restore it and add a"
                    + " new one");
            }
        }
    }

    private static string Where(NpgsqlConnection connection) =>
        $"database {connection.Database} on {connection.Host}:{connection.Port}";

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
