using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker;

/// <summary>librdkafka's clients as the broker suite uses them.</summary>
internal static class Clients
{
    public static async Task CreateTopicAsync(string servers, string topic, int partitions = 1, Dictionary<string, string>? settings = null)
    {
        using var admin = Admin(servers);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = -1, Configs = settings }]);
    }

    public static IAdminClient Admin(string servers) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).SetLogHandler((_, _) => { }).Build();

    public static IProducer<string, byte[]> Producer(string servers, Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = servers, EnableIdempotence = true, LingerMs = 2 };
        configure?.Invoke(config);
        return new ProducerBuilder<string, byte[]>(config).SetLogHandler((_, _) => { }).Build();
    }

    public static IProducer<string, byte[]> Transactional(string servers, string id, TimeSpan? timeout = null) => Producer(servers, config =>
    {
        config.TransactionalId = id;
        config.TransactionTimeoutMs = (int)(timeout ?? TimeSpan.FromSeconds(60)).TotalMilliseconds;
    });

    public static IConsumer<string, byte[]> Consumer(string servers, string group, Action<ConsumerConfig>? configure = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnablePartitionEof = true,
        };
        configure?.Invoke(config);
        return new ConsumerBuilder<string, byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Reads a partition to its end, as the isolation level sees it.</summary>
    public static List<ConsumeResult<string, byte[]>> ReadAll(
        string servers, string topic, int partition = 0, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        using var consumer = Consumer(servers, "reader-" + Guid.NewGuid().ToString("N"), c => c.IsolationLevel = isolation);
        consumer.Assign(new TopicPartitionOffset(topic, partition, Offset.Beginning));
        return Take(consumer, int.MaxValue);
    }

    /// <summary>Takes records until there are so many, or one partition is at its end.</summary>
    public static List<ConsumeResult<string, byte[]>> Take(IConsumer<string, byte[]> consumer, int count)
    {
        var taken = new List<ConsumeResult<string, byte[]>>();
        var deadline = Deadline.In(Deadline.Usual);
        while (taken.Count < count)
        {
            Xunit.Assert.False(deadline.IsOver, $"{taken.Count} of {count} records within {deadline}");
            var result = consumer.Consume(TimeSpan.FromMilliseconds(100));
            if (result is null)
                continue;
            if (result.IsPartitionEOF && count == int.MaxValue)
                return taken;
            if (!result.IsPartitionEOF)
                taken.Add(result);
        }

        return taken;
    }
}
