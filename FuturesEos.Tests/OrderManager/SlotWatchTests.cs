using FuturesEos.OrderManager;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

/// <summary>What is told of the outbox's slot, which an alert rests on.</summary>
public class SlotWatchTests(PostgresForTests postgres)
{
    [Fact]
    public async Task what_nobody_has_read_is_kept_and_counted_and_a_slot_that_is_gone_is_lost()
    {
        var connectionString = await postgres.NewDatabaseAsync();
        var slot = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        await PostgresForTests.ExecuteAsync(
            connectionString, $"SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput')");
        await using var database = NpgsqlDataSource.Create(connectionString);
        var (before, isLost) = await SlotWatch.ReadAsync(database, slot, CancellationToken.None);
        Assert.False(isLost);

        await PostgresForTests.ExecuteAsync(
            connectionString, "CREATE TABLE much AS SELECT generate_series(1, 100000) AS n");
        var (after, _) = await SlotWatch.ReadAsync(database, slot, CancellationToken.None);
        Assert.InRange(after - before, 1_000_000, long.MaxValue);

        await PostgresForTests.ExecuteAsync(connectionString, $"SELECT pg_drop_replication_slot('{slot}')");
        Assert.Equal((0, true), await SlotWatch.ReadAsync(database, slot, CancellationToken.None));
    }
}
