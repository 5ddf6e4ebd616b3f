using Confluent.Kafka;
using FuturesEos.OutboxRelay;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>
/// An end of transaction that the network held back arrives when its client has long asked again and gone on. It ends
/// whatever the coordinator has open under the same epoch (KAFKA-17754): there must be nothing of the relay's.
/// </summary>
public sealed class LateEndOfTransactionTests(PostgresForTests postgres)
{
    [Fact]
    public async Task an_end_of_transaction_that_arrives_late_ends_no_later_one()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var proxy = new KafkaProxy(broker.BootstrapServers);
        await using var rig = await RelayRig.NewAsync(
            await postgres.NewDatabaseAsync(), proxy.BootstrapServers, TestNames.Unique());
        short? answer = 0;
        KafkaProxy.HeldRequest? held = null;
        rig.Start(crash: point =>
        {
            if (point != CrashPoint.FirstRowSent || Interlocked.Exchange(ref held, null) is not { } late)
                return;
            // the relay stands still here, with its transaction open at the coordinator
            Eventually.True(() => Task.FromResult(End(rig) > Committed(rig))).GetAwaiter().GetResult();
            answer = late.ArriveAsync().GetAwaiter().GetResult();
        });
        await rig.InsertAsync(20);
        await rig.EventsAsync();
        proxy.HoldNextEndTxn();
        await rig.InsertAsync(20, first: 100);
        await rig.EventsAsync(TimeSpan.FromSeconds(60));
        Assert.True(proxy.Held.TryDequeue(out var first), "no end of transaction was held back");
        held = first;

        await rig.InsertAsync(20, first: 200);
        await rig.EventsAsync(TimeSpan.FromSeconds(60));
        Assert.Null(held);
        Assert.NotEqual<short?>(0, answer);
        await rig.InsertAsync(20, first: 300);
        await rig.EventsAsync(TimeSpan.FromSeconds(60));
    }

    private static long End(RelayRig rig) => Ends(rig, IsolationLevel.ReadUncommitted);

    private static long Committed(RelayRig rig) => Ends(rig, IsolationLevel.ReadCommitted);

    private static long Ends(RelayRig rig, IsolationLevel isolation)
    {
        var config = rig.Kafka.Consumer("ends");
        config.IsolationLevel = isolation;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return admin.GetMetadata(rig.Options.Topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions.Sum(partition =>
            consumer.QueryWatermarkOffsets(
                new TopicPartition(rig.Options.Topic, partition.PartitionId), TimeSpan.FromSeconds(10)).High.Value);
    }
}
