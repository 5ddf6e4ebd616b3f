using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

/// <summary>
/// A PostgreSQL that answers and does not serve: what passes by itself is waited for, and nothing is lost or doubled.
/// </summary>
public sealed class ServerTroubleTests(PostgresForTests postgres)
{
    [Fact]
    public async Task a_server_that_is_read_only_after_a_failover_is_waited_for()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var database = await postgres.NewDatabaseAsync();
        await using var rig = new OrderRig(database, broker.BootstrapServers, TestNames.Unique());
        var running = rig.Start();
        await Eventually.True(() => rig.Log.Contains("Assigned"));
        rig.Send(Enumerable.Range(0, 100).Select(n => OrderRig.Decision(n)));
        await rig.OrdersAsync(100);

        await SetReadOnlyAsync(database, "on");
        rig.Send(Enumerable.Range(100, 100).Select(n => OrderRig.Decision(n)));
        await Eventually.True(() => rig.Log.Contains("read-only transaction"), what: "it says why it waits");
        Assert.False(running.Task.IsCompleted, "it waits and does not end");
        await SetReadOnlyAsync(database, "off");
        await rig.OrdersAsync(200);
    }

    [Fact]
    public async Task a_server_without_a_free_connection_is_waited_for()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var database = await postgres.NewDatabaseAsync();
        await DatabaseMigratorTests.Migrator(database).RunAsync(default);
        var role = $"crowded_{Guid.NewGuid():N}"[..20];
        await PostgresForTests.ExecuteAsync(
            database, $"CREATE ROLE {role} LOGIN PASSWORD 'full' CONNECTION LIMIT 0 IN ROLE futures_order_manager");
        var crowded =
            new NpgsqlConnectionStringBuilder(database) { Username = role, Password = "full" }.ConnectionString;
        await using var rig = new OrderRig(crowded, broker.BootstrapServers, TestNames.Unique());
        var running = rig.Start();
        await Eventually.True(() => rig.Log.Contains("too many connections"), what: "it says why it waits");
        Assert.False(running.Task.IsCompleted, "it waits and does not end");
        await PostgresForTests.ExecuteAsync(database, $"ALTER ROLE {role} CONNECTION LIMIT -1");
        await Eventually.True(() => rig.Log.Contains("Assigned"));
        rig.Send(Enumerable.Range(0, 100).Select(n => OrderRig.Decision(n)));
        await rig.OrdersAsync(100);
    }

    // As of the next session, and there is no other afterwards.
    private static Task SetReadOnlyAsync(string database, string value)
    {
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        var writer = new NpgsqlConnectionStringBuilder(database) { Options = "-c default_transaction_read_only=off" };
        return PostgresForTests.ExecuteAsync(writer.ConnectionString, $"""
            ALTER DATABASE {name} SET default_transaction_read_only = {value};
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()
            """);
    }
}
