using FuturesEos.OrderManager.Schema;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

public sealed class DatabaseMigratorTests(PostgresForTests postgres)
{
    [Fact]
    public async Task a_fresh_database_gets_schema_roles_publication_and_slot_and_says_so()
    {
        var database = await postgres.NewDatabaseAsync();
        var report = await Migrator(database).RunAsync(default);
        Assert.Contains("applied 001-orders", report);
        Assert.Contains("applied 005-publication", report);
        Assert.Contains(report, line => line.StartsWith("role futures_relay: "));
        Assert.Contains(report, line => line.StartsWith($"slot {Slot(database)}: made, starts at "));
        Assert.Equal(1, await PostgresForTests.ScalarAsync(database,
            "SELECT count(*) FROM pg_publication WHERE pubname = 'futures_outbox' AND pubinsert AND NOT pubupdate"
                + " AND NOT pubdelete"));
        Assert.Equal(1, await PostgresForTests.ScalarAsync(database, $"""
            SELECT count(*) FROM pg_replication_slots s JOIN app.outbox_slot o USING (slot_name)
            WHERE slot_name = '{Slot(database)}' AND plugin = 'pgoutput' AND confirmed_flush_lsn = started_at
            """));
    }

    [Fact]
    public async Task repeating_it_changes_nothing()
    {
        var database = await postgres.NewDatabaseAsync();
        await Migrator(database).RunAsync(default);
        var report = await Migrator(database).RunAsync(default);
        Assert.Equal([$"schema: version {Migration.All.Count}, nothing to do"], report);
    }

    [Fact]
    public async Task four_at_once_do_it_once()
    {
        var database = await postgres.NewDatabaseAsync();
        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrator(database).RunAsync(default)));
        Assert.Single(reports, report => report.Contains("applied 001-orders"));
        Assert.Single(reports, report => report.Any(line => line.StartsWith($"slot {Slot(database)}: made")));
    }

    [Fact]
    public async Task an_applied_migration_that_was_changed_is_refused()
    {
        var database = await postgres.NewDatabaseAsync();
        await Migrator(database).RunAsync(default);
        var changed = Migration.All.Select(m => m.Version == 2 ? m with { Sql = m.Sql + "-- harmless?" } : m).ToList();
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(
            () => new DatabaseMigrator(database, Slot(database), changed).RunAsync(default));
        Assert.Contains("002-outbox", refused.Message);
        Assert.Equal(ExitCode.CheckFailed, refused.ExitCode);
    }

    [Fact]
    public async Task a_database_of_a_newer_program_is_refused()
    {
        var database = await postgres.NewDatabaseAsync();
        await Migrator(database).RunAsync(default);
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(
            () => new DatabaseMigrator(database, Slot(database), [.. Migration.All.Take(3)]).RunAsync(default));
        Assert.Contains("newer program", refused.Message);
    }

    [Fact]
    public async Task a_failing_migration_leaves_nothing_of_itself_and_is_tried_again()
    {
        var database = await postgres.NewDatabaseAsync();
        var failing = Migration.All.Append(new Migration(Migration.All.Count + 1, "999-broken",
            "CREATE TABLE app.half (); SELECT 1 / 0")).ToList();
        await Assert.ThrowsAsync<PostgresException>(
            () => new DatabaseMigrator(database, Slot(database), failing).RunAsync(default));
        Assert.Equal(Migration.All.Count, await PostgresForTests.ScalarAsync(
            database, "SELECT count(*) FROM app.schema_version"));
        var repaired = Migration.All.Append(
            new Migration(Migration.All.Count + 1, "999-broken", "CREATE TABLE app.half ()")).ToList();
        Assert.Contains("applied 999-broken", await new DatabaseMigrator(database, Slot(database), repaired)
            .RunAsync(default));
    }

    [Fact]
    public async Task without_logical_wal_the_remedy_is_named()
    {
        await using var server = await PostgresForTests.NewServerAsync("wal_level=replica");
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(() => Migrator(server.ConnectionString)
            .RunAsync(default));
        Assert.Contains("ALTER SYSTEM SET wal_level = logical", refused.Message);
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public async Task a_new_slot_behind_existing_rows_is_refused()
    {
        var database = await postgres.NewDatabaseAsync();
        await Migrator(database).RunAsync(default);
        await PostgresForTests.ExecuteAsync(database, $"""
            INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
            VALUES (gen_random_uuid(), 'ORDER', gen_random_uuid(), 'ORDER_CREATED', '1', now());
            SELECT pg_drop_replication_slot('{Slot(database)}')
            """);
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(() => Migrator(database).RunAsync(default));
        Assert.Contains("app.outbox has 1 rows", refused.Message);
        Assert.Contains("--repair", refused.Message);
    }

    [Fact]
    public async Task a_slot_of_another_database_is_refused()
    {
        var first = await postgres.NewDatabaseAsync();
        var second = await postgres.NewDatabaseAsync();
        await Migrator(first).RunAsync(default);
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(
            () => new DatabaseMigrator(second, Slot(first), Migration.All).RunAsync(default));
        Assert.Contains("--slot", refused.Message);
    }

    [Fact]
    public async Task occurred_at_ms_follows_occurred_at()
    {
        var database = await postgres.NewDatabaseAsync();
        await Migrator(database).RunAsync(default);
        await PostgresForTests.ExecuteAsync(database, """
            INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
            VALUES (gen_random_uuid(), 'ORDER', gen_random_uuid(), 'ORDER_CREATED', '1', '2026-11-20T10:03:12.345Z')
            """);
        Assert.Equal(1795168992345, await PostgresForTests.ScalarAsync(database,
            "SELECT occurred_at_ms FROM app.outbox"));
    }

    internal static string Slot(string database) => "slot_" + new NpgsqlConnectionStringBuilder(database).Database;

    internal static DatabaseMigrator Migrator(string database) => new(database, Slot(database), Migration.All);
}
