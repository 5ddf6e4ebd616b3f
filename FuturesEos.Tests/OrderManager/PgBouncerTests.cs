using FuturesEos.OrderManager.Schema;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.OutboxRelay;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

/// <summary>The services through a pooler that gives each transaction another connection.</summary>
public sealed class PgBouncerTests(PostgresForTests postgres, EmbeddedBroker kafka) : IClassFixture<EmbeddedBroker>
{
    [Fact]
    public async Task the_order_manager_works_through_pgbouncer_in_transaction_mode()
    {
        var database = await postgres.NewDatabaseAsync();
        await DatabaseMigratorTests.Migrator(database).RunAsync(default); // the orders are counted from now on
        await using var pooler = await PgBouncer.StartAsync(database);
        await using var rig = new OrderRig(
            pooler.ConnectionString + ";Max Auto Prepare=0", kafka.BootstrapServers, TestNames.Unique("pooled"));
        rig.Start();
        for (var from = 0; from < 500; from += 50)
        {
            rig.Send(Enumerable.Range(from, 50).Select(n => OrderRig.Decision(n)));
            await rig.OrdersAsync(from + 50);
        }

        // what holds for a session there is nobody's: the lock of the migration must not be left behind
        Assert.Equal(0, await PostgresForTests.ScalarAsync(
            database,
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            + "WHERE locktype = 'advisory' AND datname = current_database()"));
    }

    [Fact]
    public async Task many_migrations_through_pgbouncer_do_the_work_once()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database);
        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new DatabaseMigrator(
            pooler.ConnectionString, DatabaseMigratorTests.Slot(database), Migration.All)
            .RunAsync(TestContext.Current.CancellationToken)));
        Assert.Single(reports, report => report.Any(line => line.StartsWith("applied ")));
    }

    [Fact]
    public async Task the_relay_says_that_its_stream_does_not_go_through_pgbouncer()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database);
        await using var rig = await RelayRig.NewAsync(database, kafka.BootstrapServers, TestNames.Unique("pooled"));
        var failure = await Record.ExceptionAsync(
            () => rig.Start(database: pooler.ConnectionString).Task.WaitAsync(TimeSpan.FromSeconds(30)));
        if (failure is null or TimeoutException) Assert.Skip("this PgBouncer lets replication through (1.23)");
        var (code, message) = ServiceHost.Explain(failure);
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Contains("give the relay the address of the server itself", message);
    }

    [Fact]
    public void prepared_statements_through_a_pooler_are_named_with_the_remedy()
    {
        var (code, message) = ServiceHost.Explain(new PostgresException(
            "prepared statement \"_auto0\" does not exist", "ERROR", "ERROR", "26000"));
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Contains("Max Auto Prepare=0", message);
    }
}
