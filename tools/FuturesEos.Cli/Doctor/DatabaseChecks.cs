using System.Globalization;
using Npgsql;

namespace FuturesEos.Cli.Doctor;

/// <summary>The database: version, logical decoding, tables, publication, slots, clock.</summary>
internal sealed class DatabaseChecks(string postgres)
{
    private const string Database = "PostgreSQL";
    private const string Migrate = "eos migrate";
    private const int OldestMajor = 14;
    private const long RetainedBytesMax = 1L << 30;
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(2);

    /// <summary>Looks.</summary>
    public async Task<List<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(postgres);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            return [Finding.Error(Database, $"{connection.Host}:{connection.Port} cannot be used: {e.Message}",
                "check that it runs, and --postgres")];
        }

        var findings = new List<Finding> { Version(connection), await WalLevelAsync(connection),
            await TablesAsync(connection), await PublicationAsync(connection) };
        findings.AddRange(await ParkedAsync(connection));
        findings.AddRange(await SlotsAsync(connection));
        findings.Add(await ClockAsync(connection));
        return findings;
    }

    private static Finding Version(NpgsqlConnection connection) => connection.PostgreSqlVersion.Major >= OldestMajor
        ? Finding.Ok(Database, $"{connection.PostgreSqlVersion} at {connection.Host}:{connection.Port}")
        : Finding.Error(Database, $"is {connection.PostgreSqlVersion}", $"{OldestMajor} or newer is needed");

    private static async Task<Finding> WalLevelAsync(NpgsqlConnection connection)
    {
        var level = await TextAsync(connection, "SHOW wal_level");
        return level == "logical"
            ? Finding.Ok("wal_level", level)
            : Finding.Error("wal_level", $"is {level}: the outbox cannot be read from the log",
                "ALTER SYSTEM SET wal_level = logical, then restart the server");
    }

    private static async Task<Finding> TablesAsync(NpgsqlConnection connection)
    {
        var there =
            await TextAsync(
                connection,
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'app' AND tablename IN ('orders', 'outbox', "
                    + "'consumer_offset', 'dead_letter', 'outbox_parked')");
        return there == "5"
            ? Finding.Ok("tables", "are there") : Finding.Error("tables", $"{there} of 5 are there", Migrate);
    }

    // rows that Kafka never took: the relay has gone on, and their events are missing
    private static async Task<List<Finding>> ParkedAsync(NpgsqlConnection connection)
    {
        if (await TextAsync(connection, "SELECT to_regclass('app.outbox_parked')::text") is "") return [];
        await using var command = new NpgsqlCommand(
            "SELECT count(*), (array_agg(event_id ORDER BY parked_at))[1], (array_agg(reason ORDER BY parked_at))[1] "
                + "FROM app.outbox_parked",
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        if (reader.GetInt64(0) == 0) return [];
        return [Finding.Error("outbox",
            $"{reader.GetInt64(0)} rows have no event, Kafka does not take them; the first is {reader.GetGuid(1)}: "
                + reader.GetString(2),
            "raise max.message.bytes of the topic and Kafka__message.max.bytes of the relay, stop the relay, then "
                + "'eos relay repair'; 'eos outbox --parked' lists them")];
    }

    private static async Task<Finding> PublicationAsync(NpgsqlConnection connection)
    {
        var byPartitions = await TextAsync(
            connection,
            """
            SELECT string_agg(DISTINCT p.pubname, ', ') FROM pg_publication p
            JOIN pg_publication_tables t USING (pubname)
            JOIN pg_partition_tree(to_regclass('app.outbox')) f
                ON f.isleaf AND f.relid = to_regclass(format('%I.%I', t.schemaname, t.tablename))
            WHERE NOT p.pubviaroot AND f.parentrelid IS NOT NULL
            """);
        if (byPartitions.Length > 0)
            return Finding.Error("publication", $"{byPartitions} publishes app.outbox by its partitions, and the relay "
                + "stops at their rows",
                $"ALTER PUBLICATION {byPartitions} SET (publish_via_partition_root = true), then 'eos relay repair'");
        var names = await TextAsync(
            connection,
            "SELECT string_agg(pubname, ', ') FROM pg_publication_tables JOIN pg_publication USING (pubname) WHERE "
                + "schemaname = 'app' AND tablename = 'outbox' AND pubinsert");
        return names.Length > 0 ? Finding.Ok("publication", $"{names} publishes app.outbox")
            : Finding.Error("publication", "none publishes the inserts of app.outbox",
                "'eos migrate' where it was never run; else ALTER PUBLICATION futures_outbox SET TABLE app.outbox; "
                    + "ALTER PUBLICATION futures_outbox SET (publish = 'insert'); then 'eos relay repair'");
    }

    private static async Task<List<Finding>> SlotsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT slot_name, active, coalesce(wal_status, ''), coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::bigint
            FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database()
            """,
            connection);
        var findings = new List<Finding>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (check, status, behind) = ($"slot {reader.GetString(0)}", reader.GetString(2), reader.GetInt64(3));
            var detail = string.Create(CultureInfo.InvariantCulture, $"{behind} bytes behind");
            findings.Add(status is "lost" or "unreserved"
                ? Finding.Error(check, $"its log is {status}: rows may be gone for it",
                    "raise max_slot_wal_keep_size; the relay says how to make up for lost rows by id")
                : behind > RetainedBytesMax
                    ? Finding.Warning(check, $"{detail}, which the server keeps on its disk",
                        "start the relay ('eos run relay'), or drop a slot that nobody reads")
                    : !reader.GetBoolean(1) ? Finding.Warning(check, $"nobody reads it; {detail}",
                        "start the relay: 'eos up' or 'eos run relay'") : Finding.Ok(check, $"is read, {detail}"));
        }

        return findings.Count > 0 ? findings : [Finding.Error("slot", "there is none in this database", Migrate)];
    }

    private static async Task<Finding> ClockAsync(NpgsqlConnection connection)
    {
        var before = DateTime.UtcNow;
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var there = (DateTime)(await command.ExecuteScalarAsync())!;
        var skew = there - (before + ((DateTime.UtcNow - before) / 2));
        return skew.Duration() <= SkewMax
            ? Finding.Ok("clock",
                string.Create(CultureInfo.InvariantCulture, $"the database's differs by {skew.TotalMilliseconds:0} ms"))
            : Finding.Warning(
                "clock",
                string.Create(CultureInfo.InvariantCulture, $"the database's differs by {skew.TotalSeconds:0.0} s"),
                "synchronise the machines' clocks (NTP): signals over an hour ahead are refused");
    }

    private static async Task<string> TextAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
    }
}
