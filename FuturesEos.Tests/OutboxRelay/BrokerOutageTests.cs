using Confluent.Kafka;
using FuturesEos.OutboxRelay;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.OrderManager;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>Kafka or PostgreSQL goes away and comes back: the services wait, say for what, and go on.</summary>
public sealed class BrokerOutageTests(PostgresForTests postgres)
{
    [Fact]
    public async Task the_relay_outlives_a_broker_that_stops_and_comes_back()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await RelayRig.NewAsync(
            await postgres.NewDatabaseAsync(), broker.BootstrapServers, TestNames.Unique());
        rig.Start();
        for (var round = 0; round < 3; round++)
        {
            await rig.InsertAsync(20, first: round * 100);
            await rig.EventsAsync();
            await rig.InsertAsync(20, first: (round * 100) + 50);
            await broker.RestartAsync();
        }

        Assert.Equal(120, (await rig.EventsAsync(TimeSpan.FromSeconds(60))).Count);
    }

    [Fact]
    public async Task both_outlive_a_server_that_is_killed_and_comes_back()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var server = await PostgresForTests.NewServerAsync();
        var name = TestNames.Unique();
        var orders = new OrderRig(server.ConnectionString, broker.BootstrapServers, name);
        orders.Start();
        await Eventually.True(() => orders.Log.Contains("Assigned"));
        await using var rig = await RelayRig.NewAsync(server.ConnectionString, broker.BootstrapServers, name);
        rig.Start();
        for (var round = 0; round < 3; round++)
        {
            orders.Send(Enumerable.Range(round * 100, 100).Select(n => OrderRig.Decision(n)));
            server.Kill();
            await server.Exited;
            await server.RestartAsync();
        }

        await orders.OrdersAsync(300, TimeSpan.FromSeconds(60));
        Assert.Equal(300, (await rig.EventsAsync(TimeSpan.FromSeconds(60))).Count);
        Assert.True(orders.Log.Contains("waiting for PostgreSQL") || rig.Log.Contains("waiting for PostgreSQL"));
        await orders.DisposeAsync();
        await rig.DisposeAsync();
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public async Task a_server_that_dies_between_kafkas_commit_and_its_own_confirmation_is_waited_for()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var server = await PostgresForTests.NewServerAsync();
        await using var rig =
            await RelayRig.NewAsync(server.ConnectionString, broker.BootstrapServers, TestNames.Unique());
        var kills = 0;
        rig.Start(point =>
        {
            if (point != CrashPoint.Committed || Interlocked.Exchange(ref kills, 1) == 1)
                return;
            server.Kill();
            server.Exited.GetAwaiter().GetResult();
            server.RestartAsync().GetAwaiter().GetResult();
        });
        await rig.InsertAsync(5);
        await Eventually.True(() => rig.Log.Contains("waiting for PostgreSQL"));
        await rig.InsertAsync(5, first: 10);
        Assert.Equal(10, (await rig.EventsAsync()).Count);
        await rig.DisposeAsync();
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public async Task a_stream_that_somebody_cancels_is_begun_again()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await RelayRig.NewAsync(
            await postgres.NewDatabaseAsync(), broker.BootstrapServers, TestNames.Unique());
        rig.Start();
        await rig.InsertAsync(5);
        await rig.EventsAsync();
        await PostgresForTests.ExecuteAsync(rig.Database, $"""
            SELECT pg_cancel_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '{rig.Options.Slot}'
            """);
        await Eventually.True(() => rig.Log.Contains("canceling statement"));
        await rig.InsertAsync(5, first: 10);
        Assert.Equal(10, (await rig.EventsAsync()).Count);
    }

    [Fact]
    public async Task progress_is_found_behind_an_open_transaction_of_another()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await RelayRig.NewAsync(
            await postgres.NewDatabaseAsync(), broker.BootstrapServers, TestNames.Unique());
        var relay = rig.Start();
        await rig.InsertAsync(5);
        await rig.EventsAsync();

        // Another slot's relay has begun a transaction in the same topic; ours commits behind it, then starts anew.
        var config = rig.Kafka.TransactionalProducer("another-relay", TimeSpan.FromSeconds(60));
        using var other = new ProducerBuilder<byte[], byte[]>(config).Build();
        other.InitTransactions(TimeSpan.FromSeconds(10));
        other.BeginTransaction();
        await other.ProduceAsync(
            rig.Options.ProgressTopic, new Message<byte[], byte[]> { Key = "other"u8.ToArray(), Value = [] });
        await rig.InsertAsync(5, first: 10);
        await rig.EventsAsync();
        await relay.StopAsync();

        var reading = Task.Run(() => new ProgressReader(rig.Kafka, rig.Options).ReadNewest(default));
        await Assert.ThrowsAsync<TimeoutException>(() => reading.WaitAsync(TimeSpan.FromSeconds(3)));
        other.AbortTransaction(TimeSpan.FromSeconds(10));
        var progress = await reading;
        var confirmed = await PostgresForTests.ScalarAsync(rig.Database,
            $"SELECT pg_wal_lsn_diff(confirmed_flush_lsn, '{progress!.Position}') FROM "
                + $"pg_replication_slots WHERE slot_name = '{rig.Options.Slot}'");
        Assert.True(confirmed <= 0, $"confirmed is {confirmed} bytes beyond the progress that was read");
        rig.Start();
        await rig.InsertAsync(1, first: 20);
        Assert.Equal(11, (await rig.EventsAsync()).Count);
    }
}
