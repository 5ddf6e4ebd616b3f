using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.OrderManager;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

public abstract class OrderServiceTests(PostgresForTests postgres)
{
    [Fact]
    public async Task decisions_become_orders_and_the_trace_goes_with_them()
    {
        await using var rig = await NewRigAsync();
        rig.Start();
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await Eventually.True(() => rig.Log.Contains("Assigned"));
        rig.Send(Enumerable.Range(0, 200).Select(n => OrderRig.Decision(n, n % 2 == 0 ? 0.8m : 0.5m)), trace);
        await rig.OrdersAsync(100);
        Assert.Equal(100, await PostgresForTests.ScalarAsync(
            rig.Database, $"SELECT count(*) FROM app.outbox WHERE traceparent = '{trace}'"));
        Assert.Equal(200, await PostgresForTests.ScalarAsync(rig.Database,
            "SELECT sum(next_offset) FROM app.consumer_offset"));
    }

    [Fact]
    public async Task a_restart_goes_on_from_the_database_whatever_the_group_says()
    {
        await using var rig = await NewRigAsync();
        var first = rig.Start();
        await Eventually.True(() => rig.Log.Contains("Assigned"));
        rig.Send(Enumerable.Range(0, 50).Select(n => OrderRig.Decision(n)));
        await rig.OrdersAsync(50);
        await first.StopAsync();

        // the group is told that all was read, and is not believed
        rig.Send(Enumerable.Range(50, 50).Select(n => OrderRig.Decision(n)));
        using (var liar = new ConsumerBuilder<byte[],
            byte[]>(rig.Kafka.Consumer(rig.Options.Group)).Build())
        {
            liar.Commit(Enumerable.Range(0, 3).Select(p => new TopicPartitionOffset(
                rig.Topic, p, liar.QueryWatermarkOffsets(new(rig.Topic, p), TimeSpan.FromSeconds(5)).High)));
        }

        rig.Start();
        await rig.OrdersAsync(100);
    }

    [Fact]
    public async Task decisions_from_before_its_first_start_are_ordered_and_those_that_were_aborted_are_not()
    {
        await using var rig = await NewRigAsync();
        await rig.CreateTopicAsync();
        using var producer = new ProducerBuilder<byte[], byte[]>(
            rig.Kafka.TransactionalProducer(rig.Topic, TimeSpan.FromSeconds(60))).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        rig.Send(Enumerable.Range(0, 20).Select(n => OrderRig.Decision(n)), producer);
        producer.AbortTransaction();
        producer.BeginTransaction();
        rig.Send(Enumerable.Range(20, 20).Select(n => OrderRig.Decision(n)), producer);
        producer.CommitTransaction();
        producer.BeginTransaction();
        rig.Send(Enumerable.Range(40, 20).Select(n => OrderRig.Decision(n)), producer);
        rig.Start();
        await Eventually.True(() => rig.Log.Contains("Assigned"));
        await rig.OrdersAsync(20);
        Assert.Equal(0, await PostgresForTests.ScalarAsync(rig.Database,
            "SELECT count(*) FROM app.orders WHERE price < 120.5 OR price >= 140.5"));
        producer.CommitTransaction();
        await rig.OrdersAsync(40);
    }

    [Fact]
    public async Task a_record_that_is_no_decision_is_kept_and_does_not_stop_the_rest()
    {
        await using var rig = await NewRigAsync();
        rig.Start();
        await Eventually.True(() => rig.Log.Contains("Assigned"));
        rig.SendRaw("K"u8.ToArray(), [0xff, 0xfe]);
        rig.SendRaw(null, null);
        rig.Send([OrderRig.Decision(1)]);
        await rig.OrdersAsync(1);
        await Eventually.Equal(2L, () => rig.CountAsync("dead_letter"));
        Assert.Equal(1, await PostgresForTests.ScalarAsync(
            rig.Database, "SELECT count(*) FROM app.dead_letter WHERE value = '\\xfffe' AND key = 'K' AND"
                + " \"offset\" = 0"));
    }

    [Fact]
    public async Task an_instance_that_was_overtaken_drops_its_batch_and_follows_the_ledger()
    {
        await using var rig = await NewRigAsync();
        var partition = Murmur2.Partition("S0"u8, 3);
        var overtaken = 0;
        rig.Start(point =>
        {
            // once, between reading and writing, another one commits the same decisions
            if (point != CrashPoint.BatchRead || Interlocked.Exchange(ref overtaken, 1) == 1)
                return;
            PostgresForTests.ExecuteAsync(rig.Database, $"""
                INSERT INTO app.consumer_offset (group_id, topic, partition, next_offset)
                VALUES ('{rig.Options.Group}', '{rig.Topic}', {partition}, 1)
                """).GetAwaiter().GetResult();
        });
        await Eventually.True(() => rig.Log.Contains("Assigned"));
        rig.Send(Enumerable.Range(0, 70).Select(n => OrderRig.Decision(n)));
        await Eventually.True(() => overtaken == 1 && rig.Log.Contains("Another instance has moved on"));
        await rig.OrdersAsync(69); // the first of that partition was the other's
        Assert.Equal(70, await PostgresForTests.ScalarAsync(rig.Database,
            "SELECT sum(next_offset) FROM app.consumer_offset"));
    }

    [Fact]
    public async Task instances_that_come_and_go_leave_every_order_once()
    {
        await using var rig = await NewRigAsync();
        var first = rig.Start();
        await Eventually.True(() => rig.Log.Contains("Assigned"));
        rig.Send(Enumerable.Range(0, 500).Select(n => OrderRig.Decision(n)));
        var second = rig.Start();
        rig.Send(Enumerable.Range(500, 500).Select(n => OrderRig.Decision(n)));
        await Eventually.True(() => second.Health.IsReady);
        rig.Send(Enumerable.Range(1000, 500).Select(n => OrderRig.Decision(n)));
        await first.StopAsync();
        rig.Send(Enumerable.Range(1500, 500).Select(n => OrderRig.Decision(n)));
        await rig.OrdersAsync(2000, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task a_ledger_beyond_the_topic_is_refused_and_not_answered_by_starting_over()
    {
        await using var rig = await NewRigAsync();
        await DatabaseMigratorTests.Migrator(rig.Database).RunAsync(default);
        await PostgresForTests.ExecuteAsync(rig.Database,
            $"INSERT INTO app.consumer_offset (group_id, topic, partition, next_offset) VALUES"
                + $" ('{rig.Options.Group}', '{rig.Topic}', 1, 900)");
        var running = rig.Start();
        var refused = Assert.IsType<ExpectedFailure>(await running.FailureAsync());
        Assert.Contains("900", refused.Message);
        Assert.Contains("DELETE FROM app.consumer_offset", refused.Message);
    }

    [Fact]
    public async Task synchronous_commit_off_is_refused()
    {
        await using var rig = await NewRigAsync();
        await PostgresForTests.ExecuteAsync(rig.Database,
            $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(rig.Database).Database} SET synchronous_commit = off");
        var refused = Assert.IsType<ExpectedFailure>(await rig.Start().FailureAsync());
        Assert.Contains("synchronous_commit", refused.Message);
    }

    [Fact]
    public async Task synchronous_commit_that_is_turned_off_while_it_runs_ends_it()
    {
        await using var server = await PostgresForTests.NewServerAsync();
        await using var rig = new OrderRig(server.ConnectionString, await KafkaAsync(), TestNames.Unique());
        await rig.CreateTopicAsync();
        await DatabaseMigratorTests.Migrator(rig.Database).RunAsync(default); // the orders are counted from now on
        var running = rig.Start();
        rig.Send([OrderRig.Decision(0)]);
        await rig.OrdersAsync(1);
        await PostgresForTests.ExecuteAsync(rig.Database, "ALTER SYSTEM SET synchronous_commit = off");
        await PostgresForTests.ExecuteAsync(rig.Database, "SELECT pg_reload_conf()");
        var sent = 0; // until the sessions have taken it over
        await Eventually.True(() =>
        {
            rig.Send([OrderRig.Decision(++sent)]);
            return running.Task.IsCompleted;
        });
        var refused = Assert.IsType<ExpectedFailure>(await running.FailureAsync());
        Assert.Contains("synchronous_commit", refused.Message);
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public async Task it_runs_with_no_more_rights_than_its_role_has()
    {
        await using var rig = await NewRigAsync();
        await DatabaseMigratorTests.Migrator(rig.Database).RunAsync(default);
        await PostgresForTests.ExecuteAsync(rig.Database, "ALTER ROLE futures_order_manager PASSWORD 'least'");
        var least = new NpgsqlConnectionStringBuilder(rig.Database)
        {
            Username = "futures_order_manager",
            Password = "least"
        };
        await using var limited = new OrderRig(least.ConnectionString, rig.Kafka.BootstrapServers, rig.Options.Prefix);
        limited.Start();
        await Eventually.True(() => limited.Log.Contains("Assigned"));
        rig.Send([OrderRig.Decision(1)]);
        await rig.OrdersAsync(1);
        var denied = await Assert.ThrowsAsync<PostgresException>(
            () => PostgresForTests.ExecuteAsync(least.ConnectionString, "DELETE FROM app.outbox"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }

    [Theory]
    [MemberData(nameof(CrashPoints))]
    public async Task an_order_manager_that_dies_there_neither_loses_nor_doubles(string name)
    {
        var point = Enum.Parse<CrashPoint>(name);
        await using var rig = await NewRigAsync();
        await rig.CreateTopicAsync();
        for (var round = 0; round < 3; round++)
        {
            rig.Send(Enumerable.Range(round * 100, 100).Select(n => OrderRig.Decision(n)));
            var dying = rig.Start(reached =>
            {
                if (reached == point)
                    throw new InvalidOperationException("crash");
            });
            Assert.Contains("crash", (await dying.FailureAsync()).ToString());
        }

        rig.Start();
        await rig.OrdersAsync(300);
    }

    public static TheoryData<string> CrashPoints => [.. Enum.GetNames<CrashPoint>()];

    /// <summary>Bootstrap servers of the Kafka that this suite runs on.</summary>
    protected abstract Task<string> KafkaAsync();

    private async Task<OrderRig> NewRigAsync([System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        new(await postgres.NewDatabaseAsync(), await KafkaAsync(), TestNames.Unique(test));
}
