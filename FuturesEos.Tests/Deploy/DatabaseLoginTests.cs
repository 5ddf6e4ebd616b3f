using FuturesEos.Cli.Deploying;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>The logins that the migration Job gives: each can do its work, and nothing else.</summary>
public class DatabaseLoginTests
{
    private static readonly ManifestSet Set = DeployFolder.Own.Everything();

    [Fact]
    public async Task each_login_of_the_manifests_does_its_own_work_and_no_other()
    {
        await using var database = await DeployedDatabase.StartAsync(Set);
        await database.GiveRolesAsync(Set); // may be repeated
        var orders = database.ConnectionStringOf("futures_order_manager", "postgres-order-manager");
        var relay = database.ConnectionStringOf("futures_relay", "postgres-connect");
        var verifier = database.ConnectionStringOf("futures_verifier", "postgres-verifier");

        foreach (var table in new[] { "orders", "outbox", "consumer_offset", "dead_letter" })
        {
            Assert.Equal(0, await PostgresForTests.ScalarAsync(verifier, $"SELECT count(*) FROM app.{table}"));
            await RefusedAsync(verifier, $"DELETE FROM app.{table}");
            await RefusedAsync(orders, $"DELETE FROM app.{table}");
        }

        Assert.Equal(0, await PostgresForTests.ScalarAsync(orders, "SELECT count(*) FROM app.consumer_offset"));
        Assert.Equal(0, await PostgresForTests.ScalarAsync(relay, "SELECT count(*) FROM app.outbox"));
        await RefusedAsync(relay, "SELECT count(*) FROM app.orders");
        await RefusedAsync(relay, "INSERT INTO app.outbox DEFAULT VALUES");
        var janitor = database.ConnectionStringOf("futures_janitor", "postgres-janitor");
        await PostgresForTests.ExecuteAsync(janitor, "DELETE FROM app.outbox");
        await RefusedAsync(janitor, "DELETE FROM app.orders");
        await RefusedAsync(janitor, "INSERT INTO app.outbox DEFAULT VALUES");
        Assert.Equal(1, await PostgresForTests.ScalarAsync(
            verifier, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'futures_outbox'"));
    }

    [Fact]
    public async Task a_wrong_password_is_refused_and_so_is_a_login_that_was_given_none()
    {
        await using var database = await DeployedDatabase.StartAsync(Set);
        var wrong = database.ConnectionStringOf("futures_relay", "postgres-verifier");
        await Assert.ThrowsAsync<PostgresException>(() => PostgresForTests.ScalarAsync(wrong, "SELECT 1"));
        await PostgresForTests.ExecuteAsync(database.Superuser, "CREATE ROLE somebody LOGIN PASSWORD 'x'");
        var somebody = new NpgsqlConnectionStringBuilder(
            database.Superuser)
        { Username = "somebody", Password = "x" }.ConnectionString;
        await Assert.ThrowsAsync<PostgresException>(() => PostgresForTests.ScalarAsync(somebody, "SELECT 1"));
    }

    private static async Task RefusedAsync(string connection, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => PostgresForTests.ExecuteAsync(connection, sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }
}
