using System.Buffers;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Orders;
using FuturesEos.OrderManager;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

/// <summary>The one database transaction, on a real database and without Kafka.</summary>
public sealed class OrderBatchTests(PostgresForTests postgres)
{
    private const string Topic = "t.decisions";
    private static readonly OrderRuleOptions Rule = new();

    [Fact]
    public async Task orders_rows_dead_letters_and_offsets_are_committed_together()
    {
        await using var database = await NewDatabaseAsync();
        var batch = Batch(0, OrderRig.Decision(1), OrderRig.Decision(2, confidence: 0.5m), OrderRig.Decision(3));
        batch.Add(new DecisionRecord(1, 7, "K"u8.ToArray(), "no decision"u8.ToArray(), null), null);
        Assert.True(await Orders(database).CommitAsync(batch, default));
        Assert.Equal((2, 2, 1), await CountsAsync(database));
        Assert.Equal(new Dictionary<int, long> { [0] = 3, [1] = 8 }, await OffsetsAsync(database));
    }

    [Fact]
    public async Task a_batch_that_fails_before_its_commit_leaves_nothing()
    {
        await using var database = await NewDatabaseAsync();
        var failing = Orders(database, point =>
        {
            if (point == CrashPoint.BeforeCommit)
                throw new InvalidOperationException("crash");
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            failing.CommitAsync(Batch(0, OrderRig.Decision(1)), default));
        Assert.Equal((0, 0, 0), await CountsAsync(database));
        Assert.Empty(await OffsetsAsync(database));
    }

    [Fact]
    public async Task the_second_of_two_that_read_the_same_writes_nothing()
    {
        await using var database = await NewDatabaseAsync();
        Assert.True(await Orders(database).CommitAsync(Batch(0, OrderRig.Decision(1)), default));
        Assert.False(await Orders(database).CommitAsync(Batch(0, OrderRig.Decision(2)), default));
        Assert.True(await Orders(database).CommitAsync(Batch(1, OrderRig.Decision(3)), default));
        Assert.False(await Orders(database).CommitAsync(Batch(1, OrderRig.Decision(4)), default));
        Assert.Equal((2, 2, 0), await CountsAsync(database));
        Assert.Equal(2, (await OffsetsAsync(database))[0]);
    }

    [Fact]
    public async Task of_two_at_once_on_the_same_offset_one_wins()
    {
        await using var database = await NewDatabaseAsync();
        Assert.True(await Orders(database).CommitAsync(Batch(0, OrderRig.Decision(0)), default));
        for (var round = 1; round <= 20; round++)
        {
            var outcomes = await Task.WhenAll(
                Task.Run(() => Orders(database).CommitAsync(Batch(round, OrderRig.Decision(round)), default)),
                Task.Run(() => Orders(database).CommitAsync(Batch(round, OrderRig.Decision(round)), default)));
            Assert.Single(outcomes, won => won);
        }

        Assert.Equal((21, 21, 0), await CountsAsync(database));
    }

    [Fact]
    public async Task decisions_delivered_again_give_no_second_order_nor_event()
    {
        await using var database = await NewDatabaseAsync();
        Assert.True(await Orders(database).CommitAsync(Batch(0, OrderRig.Decision(1), OrderRig.Decision(2)), default));
        Assert.True(await Orders(database).CommitAsync(Batch(2, OrderRig.Decision(2), OrderRig.Decision(3)), default));
        Assert.Equal((3, 3, 0), await CountsAsync(database));
    }

    [Fact]
    public async Task an_event_that_was_pruned_is_not_made_again_by_a_replay()
    {
        await using var database = await NewDatabaseAsync();
        Assert.True(await Orders(database).CommitAsync(Batch(0, OrderRig.Decision(1)), default));
        await database.CreateCommand("DELETE FROM app.outbox").ExecuteNonQueryAsync();
        Assert.True(await Orders(database).CommitAsync(Batch(1, OrderRig.Decision(1)), default));
        Assert.Equal((1, 0, 0), await CountsAsync(database));
    }

    [Fact]
    public async Task an_order_with_other_contents_stops_everything()
    {
        await using var database = await NewDatabaseAsync();
        Assert.True(await Orders(database).CommitAsync(Batch(0, OrderRig.Decision(1)), default));
        var other = OrderRig.Decision(1) with { SuggestedPrice = 1 };
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(() => Orders(database)
            .CommitAsync(Batch(1, other), default));
        Assert.Contains("other contents", refused.Message);
        Assert.Equal(1, (await OffsetsAsync(database))[0]);
    }

    [Fact]
    public async Task an_event_without_its_order_stops_everything()
    {
        await using var database = await NewDatabaseAsync();
        Assert.True(await Orders(database).CommitAsync(Batch(0, OrderRig.Decision(1)), default));
        await database.CreateCommand("DELETE FROM app.orders").ExecuteNonQueryAsync();
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(
            () => Orders(database).CommitAsync(Batch(1, OrderRig.Decision(1)), default));
        Assert.Contains("1 events", refused.Message);
        Assert.Equal((0, 1, 0), await CountsAsync(database));
    }

    [Fact]
    public async Task a_deadlock_is_answered_by_the_whole_unit_again()
    {
        await using var database = await NewDatabaseAsync();
        Assert.True(await Orders(database).CommitAsync(Batch(0, OrderRig.Decision(1)), default));

        // The other side holds the order's key and then wants the ledger's row, which our batch has locked first.
        await using var other = await database.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        var order = OrderRule.Decide(OrderRig.Decision(2), Rule)!;
        await new NpgsqlCommand($"""
            SET LOCAL deadlock_timeout = '1h';
            INSERT INTO app.orders VALUES ('{order.Id}', 'x', gen_random_uuid(), gen_random_uuid(), 'S', 'BUY', 1,
                1, 'PENDING', now())
            """, other).ExecuteNonQueryAsync();
        var commit = Orders(database).CommitAsync(Batch(1, OrderRig.Decision(2)), default);
        await Eventually.True(async () => (long)(await database.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname ="
                + " current_database()").ExecuteScalarAsync())! == 1);
        await new NpgsqlCommand("UPDATE app.consumer_offset SET updated_at = now()", other).ExecuteNonQueryAsync();
        await transaction.RollbackAsync();
        Assert.True(await commit);
        Assert.Equal((2, 2, 0), await CountsAsync(database));
    }

    private static DecisionBatch Batch(long from, params Decision[] decisions)
    {
        var batch = new DecisionBatch(Rule);
        for (var i = 0; i < decisions.Length; i++)
        {
            var json = new ArrayBufferWriter<byte>();
            decisions[i].Write(json);
            batch.Add(new DecisionRecord(0, from + i, null, json.WrittenSpan.ToArray(), null), from == 0 ? null : from);
        }

        return batch;
    }

    private static OrderBatch Orders(NpgsqlDataSource database, Action<CrashPoint>? crash = null) =>
        new(database, new ConsumerOffsets("g", Topic), Topic, crash ?? (_ => { }));

    private static async Task<(long Orders, long Rows, long DeadLetters)> CountsAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "SELECT (SELECT count(*) FROM app.orders), (SELECT count(*) FROM app.outbox), (SELECT count(*) FROM"
                + " app.dead_letter)");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private static async Task<Dictionary<int, long>> OffsetsAsync(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await new ConsumerOffsets("g", Topic).ReadAsync(connection, default);
    }

    private async Task<NpgsqlDataSource> NewDatabaseAsync()
    {
        var database = await postgres.NewDatabaseAsync();
        await DatabaseMigratorTests.Migrator(database).RunAsync(default);
        return NpgsqlDataSource.Create(database + ";Maximum Pool Size=4");
    }
}
