using System.Text;
using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

public class TransactionTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task committed_records_are_read_and_aborted_ones_only_uncommitted()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t", 2);
        using var producer = Clients.Transactional(broker.BootstrapServers, "tx");
        producer.InitTransactions(Wait);
        for (var round = 0; round < 10; round++)
        {
            producer.BeginTransaction();
            await SendAsync(producer, 0, $"{round}a");
            await SendAsync(producer, 1, $"{round}b");
            if (round % 3 == 2)
                producer.AbortTransaction(Wait);
            else
                producer.CommitTransaction(Wait);
        }

        // commit is answered before the markers are written
        await Eventually.Equal("0a 1a 3a 4a 6a 7a 9a", () => Task.FromResult(string.Join(' ', Values(Clients.ReadAll(broker.BootstrapServers, "t")))));
        await Eventually.Equal("0b 1b 3b 4b 6b 7b 9b", () => Task.FromResult(string.Join(' ', Values(Clients.ReadAll(broker.BootstrapServers, "t", 1)))));
        Assert.Equal(10, Clients.ReadAll(broker.BootstrapServers, "t", 0, IsolationLevel.ReadUncommitted).Count);
    }

    [Fact]
    public async Task an_open_transaction_hides_what_follows_it_until_it_ends()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var transactional = Clients.Transactional(broker.BootstrapServers, "tx");
        using var plain = Clients.Producer(broker.BootstrapServers);
        transactional.InitTransactions(Wait);
        transactional.BeginTransaction();
        await SendAsync(transactional, 0, "first");
        await SendAsync(plain, 0, "second");
        Assert.Empty(Clients.ReadAll(broker.BootstrapServers, "t"));
        using var consumer = Clients.Consumer(broker.BootstrapServers, "g");
        Assert.Equal(0, consumer.QueryWatermarkOffsets(new TopicPartition("t", 0), Wait).High.Value);

        // a parked fetch wakes when the transaction ends
        consumer.Assign(new TopicPartitionOffset("t", 0, Offset.Beginning));
        Assert.True(consumer.Consume(Wait).IsPartitionEOF);
        transactional.CommitTransaction(Wait);
        Assert.Equal(["first", "second"], Values(Clients.Take(consumer, 2)));
    }

    [Fact]
    public async Task a_zombie_is_fenced_by_its_successor()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var zombie = Clients.Transactional(broker.BootstrapServers, "tx");
        zombie.InitTransactions(Wait);
        zombie.BeginTransaction();
        await SendAsync(zombie, 0, "zombie");
        using var successor = Clients.Transactional(broker.BootstrapServers, "tx");
        successor.InitTransactions(Wait);
        var fenced = Assert.ThrowsAny<KafkaException>(() => zombie.CommitTransaction(Wait));
        Assert.True(fenced.Error.IsFatal, $"{fenced.Error.Code} {fenced.Error.Reason}");
        successor.BeginTransaction();
        await SendAsync(successor, 0, "successor");
        successor.CommitTransaction(Wait);
        await Eventually.True(() => Values(Clients.ReadAll(broker.BootstrapServers, "t")).SequenceEqual(["successor"]));
    }

    [Fact]
    public async Task positions_count_with_the_commit_and_not_with_an_abort()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "in");
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var source = Clients.Producer(broker.BootstrapServers);
        for (var i = 0; i < 4; i++)
            await source.ProduceAsync("in", new Message<string, byte[]> { Key = "k", Value = [(byte)i] });
        using var consumer = Clients.Consumer(broker.BootstrapServers, "g");
        consumer.Subscribe("in");
        Clients.Take(consumer, 4);
        using var producer = Clients.Transactional(broker.BootstrapServers, "tx");
        producer.InitTransactions(Wait);

        producer.BeginTransaction();
        await SendAsync(producer, 0, "aborted");
        producer.SendOffsetsToTransaction([new TopicPartitionOffset("in", 0, 2)], consumer.ConsumerGroupMetadata, Wait);
        producer.AbortTransaction(Wait);
        Assert.Equal(Offset.Unset, Committed(consumer));

        producer.BeginTransaction();
        await SendAsync(producer, 0, "committed");
        producer.SendOffsetsToTransaction([new TopicPartitionOffset("in", 0, 3)], consumer.ConsumerGroupMetadata, Wait);
        producer.CommitTransaction(Wait);
        Assert.Equal(3, Committed(consumer).Value);
        await broker.RestartAsync();
        Assert.Equal(3, Committed(consumer).Value);
    }

    [Fact]
    public async Task a_producer_whose_consumer_lost_its_group_cannot_commit_positions()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "in");
        using var zombie = Clients.Consumer(broker.BootstrapServers, "g");
        zombie.Subscribe("in");
        Assert.True(zombie.Consume(Wait).IsPartitionEOF);
        var stale = zombie.ConsumerGroupMetadata;
        zombie.Close();
        using var owner = Clients.Consumer(broker.BootstrapServers, "g");
        owner.Subscribe("in");
        Assert.True(owner.Consume(Wait).IsPartitionEOF);

        using var producer = Clients.Transactional(broker.BootstrapServers, "tx");
        producer.InitTransactions(Wait);
        producer.BeginTransaction();
        var refused = Assert.ThrowsAny<KafkaException>(
            () => producer.SendOffsetsToTransaction([new TopicPartitionOffset("in", 0, 1)], stale, Wait));
        Assert.Equal(ErrorCode.UnknownMemberId, refused.Error.Code);
        producer.AbortTransaction(Wait);
    }

    [Fact]
    public async Task a_transaction_left_open_is_aborted_after_its_timeout()
    {
        var clock = new ShiftedTime();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder, Time = clock });
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var left = Clients.Transactional(broker.BootstrapServers, "tx", TimeSpan.FromMinutes(5));
        left.InitTransactions(Wait);
        left.BeginTransaction();
        await SendAsync(left, 0, "left");
        using var plain = Clients.Producer(broker.BootstrapServers);
        await SendAsync(plain, 0, "plain");
        Assert.Empty(Clients.ReadAll(broker.BootstrapServers, "t"));

        // the broker's clock, not ours: a slow machine must not end the transaction before it is meant to
        clock.Shift(TimeSpan.FromMinutes(6));
        await Eventually.True(() => Values(Clients.ReadAll(broker.BootstrapServers, "t")).SequenceEqual(["plain"]));
        var late = Assert.ThrowsAny<KafkaException>(() => left.CommitTransaction(Wait));
        Assert.True(late.Error.IsFatal, $"{late.Error.Code} {late.Error.Reason}");
    }

    private static Offset Committed(IConsumer<string, byte[]> consumer) =>
        consumer.Committed([new TopicPartition("in", 0)], Wait)[0].Offset;

    private static IEnumerable<string> Values(List<ConsumeResult<string, byte[]>> records) =>
        records.Select(r => Encoding.UTF8.GetString(r.Message.Value));

    private static Task SendAsync(IProducer<string, byte[]> producer, int partition, string value) => producer.ProduceAsync(
        new TopicPartition("t", partition), new Message<string, byte[]> { Key = "k", Value = Encoding.UTF8.GetBytes(value) });
}
