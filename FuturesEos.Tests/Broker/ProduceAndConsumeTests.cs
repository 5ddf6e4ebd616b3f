using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Xunit;

namespace FuturesEos.Tests.Broker;

public class ProduceAndConsumeTests
{
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task what_is_produced_is_consumed_with_key_value_headers_and_time()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "orders");
        using var producer = Clients.Producer(broker.BootstrapServers);
        var time = new Timestamp(DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeMilliseconds(), TimestampType.CreateTime);
        var report = await producer.ProduceAsync("orders", new Message<string, byte[]>
        {
            Key = "k",
            Value = Bytes("v"),
            Timestamp = time,
            Headers = [new Header("trace", Bytes("1")), new Header("empty", null)],
        });
        Assert.Equal(0, report.Offset.Value);
        Assert.Equal(PersistenceStatus.Persisted, report.Status);

        var record = Assert.Single(Clients.ReadAll(broker.BootstrapServers, "orders")).Message;
        Assert.Equal("k", record.Key);
        Assert.Equal("v", Encoding.UTF8.GetString(record.Value));
        Assert.Equal(time.UnixTimestampMs, record.Timestamp.UnixTimestampMs);
        Assert.Equal(["trace", "empty"], record.Headers.Select(h => h.Key));
        Assert.Null(record.Headers[1].GetValueBytes());
    }

    [Fact]
    public async Task a_null_value_is_a_tombstone_and_not_an_empty_value()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var producer = Clients.Producer(broker.BootstrapServers);
        await producer.ProduceAsync("t", new Message<string, byte[]> { Key = "k", Value = null! });
        await producer.ProduceAsync("t", new Message<string, byte[]> { Key = "k", Value = [] });
        var records = Clients.ReadAll(broker.BootstrapServers, "t");
        Assert.Null(records[0].Message.Value);
        Assert.Equal([], records[1].Message.Value);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task every_codec_goes_through_unchanged(CompressionType codec)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        IProducer<string, byte[]> producer;
        try
        {
            producer = Clients.Producer(broker.BootstrapServers, config => config.CompressionType = codec);
        }
        catch (ArgumentException notBuiltIn)
        {
            Assert.Skip($"this librdkafka has no {codec}: {notBuiltIn.Message}");
            throw;
        }

        using (producer)
        {
            for (var i = 0; i < 1000; i++)
                producer.Produce("t", new Message<string, byte[]> { Key = $"{i % 7}", Value = Bytes($"value {i} of many which look alike") });
            producer.Flush(TimeSpan.FromSeconds(20));
        }

        var records = Clients.ReadAll(broker.BootstrapServers, "t");
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"value {i} of many which look alike"), records.Select(r => Encoding.UTF8.GetString(r.Message.Value)));
    }

    [Fact]
    public async Task a_record_of_a_megabyte_goes_through_and_a_larger_one_is_refused()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var producer = Clients.Producer(broker.BootstrapServers, config => config.MessageMaxBytes = 4_000_000);
        var large = new byte[1_000_000];
        Random.Shared.NextBytes(large);
        await producer.ProduceAsync("t", new Message<string, byte[]> { Key = "k", Value = large });
        var refused = await Assert.ThrowsAnyAsync<ProduceException<string, byte[]>>(
            () => producer.ProduceAsync("t", new Message<string, byte[]> { Key = "k", Value = new byte[2_000_000] }));
        Assert.Equal(ErrorCode.MsgSizeTooLarge, refused.Error.Code);
        Assert.Equal(large, Assert.Single(Clients.ReadAll(broker.BootstrapServers, "t")).Message.Value);
    }

    [Fact]
    public async Task a_consumer_seeks_by_time()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using var producer = Clients.Producer(broker.BootstrapServers);
        var start = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
        for (var i = 0; i < 10; i++)
        {
            await producer.ProduceAsync("t", new Message<string, byte[]>
            {
                Key = "k",
                Value = Bytes($"{i}"),
                Timestamp = new Timestamp(start + (i * 1000), TimestampType.CreateTime),
            });
        }

        using var consumer = Clients.Consumer(broker.BootstrapServers, "g");
        var found = consumer.OffsetsForTimes([new TopicPartitionTimestamp("t", 0, new Timestamp(start + 4500, TimestampType.CreateTime))], TimeSpan.FromSeconds(10));
        Assert.Equal(5, found[0].Offset.Value);
        var later = consumer.OffsetsForTimes([new TopicPartitionTimestamp("t", 0, new Timestamp(start + 60_000, TimestampType.CreateTime))], TimeSpan.FromSeconds(10));
        Assert.Equal(Offset.End, later[0].Offset);
    }

    [Fact]
    public async Task nothing_is_created_by_asking_for_it()
    {
        await using var broker = await BrokerForTests.StartAsync();
        using var producer = Clients.Producer(broker.BootstrapServers, config => config.MessageTimeoutMs = 3000);
        await Assert.ThrowsAnyAsync<ProduceException<string, byte[]>>(
            () => producer.ProduceAsync("absent", new Message<string, byte[]> { Key = "k", Value = [] }));
        using var admin = Clients.Admin(broker.BootstrapServers);
        Assert.DoesNotContain(admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics, t => t.Topic == "absent");
    }

    [Fact]
    public async Task topics_are_made_described_changed_and_deleted()
    {
        await using var broker = await BrokerForTests.StartAsync();
        using var admin = Clients.Admin(broker.BootstrapServers);
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t", 3, new() { ["cleanup.policy"] = "compact", ["retention.ms"] = "5000" });
        var twice = await Assert.ThrowsAsync<CreateTopicsException>(() => Clients.CreateTopicAsync(broker.BootstrapServers, "t"));
        Assert.Equal(ErrorCode.TopicAlreadyExists, twice.Results[0].Error.Code);
        var wrong = await Assert.ThrowsAsync<CreateTopicsException>(
            () => Clients.CreateTopicAsync(broker.BootstrapServers, "u", 1, new() { ["retention.ms"] = "soon" }));
        Assert.Equal(ErrorCode.InvalidConfig, wrong.Results[0].Error.Code);

        var resource = new ConfigResource { Type = ResourceType.Topic, Name = "t" };
        await admin.IncrementalAlterConfigsAsync(new() { [resource] = [new ConfigEntry { Name = "retention.ms", Value = "7000", IncrementalOperation = AlterConfigOpType.Set }] });
        var settings = (await admin.DescribeConfigsAsync([resource]))[0].Entries;
        Assert.Equal("7000", settings["retention.ms"].Value);
        Assert.Equal("compact", settings["cleanup.policy"].Value);
        Assert.True(settings["segment.ms"].IsDefault);

        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "t", IncreaseTo = 5 }]);
        Assert.Equal(5, admin.GetMetadata("t", TimeSpan.FromSeconds(10)).Topics[0].Partitions.Count);

        await broker.RestartAsync();
        Assert.Equal(5, admin.GetMetadata("t", TimeSpan.FromSeconds(10)).Topics[0].Partitions.Count);
        Assert.Equal("7000", (await admin.DescribeConfigsAsync([resource]))[0].Entries["retention.ms"].Value);

        await admin.DeleteTopicsAsync(["t"]);
        Assert.Equal(ErrorCode.UnknownTopicOrPart, admin.GetMetadata("t", TimeSpan.FromSeconds(10)).Topics[0].Error.Code);
    }

    [Fact]
    public async Task records_positions_and_topic_ids_outlive_a_restart()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        using (var producer = Clients.Producer(broker.BootstrapServers))
        {
            for (var i = 0; i < 10; i++)
                await producer.ProduceAsync("t", new Message<string, byte[]> { Key = "k", Value = Bytes($"{i}") });
        }

        using (var consumer = Clients.Consumer(broker.BootstrapServers, "g"))
        {
            consumer.Commit([new TopicPartitionOffset("t", 0, 4)]);
        }

        await broker.RestartAsync();
        using var again = Clients.Consumer(broker.BootstrapServers, "g");
        Assert.Equal(4, again.Committed([new TopicPartition("t", 0)], TimeSpan.FromSeconds(10))[0].Offset.Value);
        again.Subscribe("t");
        Assert.Equal(["4", "5", "6", "7", "8", "9"], Clients.Take(again, 6).Select(r => Encoding.UTF8.GetString(r.Message.Value)));
    }
}
