using Confluent.Kafka;
using Microsoft.Extensions.Configuration;

namespace FuturesEos.ServiceDefaults.Kafka;

/// <summary>Where Kafka is and how to talk to it: the same for every client of every service and command.</summary>
/// <param name="BootstrapServers">Brokers, <c>host:port</c> separated by commas.</param>
/// <param name="Extra">librdkafka settings by name (<c>Kafka__security.protocol</c> and so on), laid over what a client
/// sets itself.</param>
public sealed record KafkaSettings(string BootstrapServers, IReadOnlyDictionary<string, string> Extra)
{
    /// <summary>The Java client's partitioner: a symbol is on the same partition whichever client sent it.</summary>
    public const Partitioner KeyPartitioner = Partitioner.Murmur2Random;

    /// <summary>Reads the section <c>Kafka</c>.</summary>
    public static KafkaSettings From(string bootstrapServers, IConfiguration configuration)
    {
        var extra = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var child in configuration.GetSection("Kafka").GetChildren())
        {
            if (child.Value is { Length: > 0 } value) extra[child.Key.ToLowerInvariant()] = value;
        }

        return new KafkaSettings(bootstrapServers, extra);
    }

    /// <summary>Completes a client's own settings with the address and the user's settings.</summary>
    public T Apply<T>(T config)
        where T : ClientConfig
    {
        config.BootstrapServers = BootstrapServers;
        foreach (var (name, value) in Extra) config.Set(name, value);
        return config;
    }

    /// <summary>
    /// A consumer that reads what was committed, from the earliest offset, and commits nothing by itself.
    /// </summary>
    public ConsumerConfig Consumer(string groupId) => Apply(new ConsumerConfig
    {
        GroupId = groupId,
        IsolationLevel = IsolationLevel.ReadCommitted,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = true,
        AllowAutoCreateTopics = false,
        TopicMetadataRefreshIntervalMs = 30_000,
    });

    /// <summary>
    /// A producer that neither loses nor doubles: idempotent, acknowledged by all in-sync replicas; sends at once.
    /// </summary>
    public ProducerConfig Producer() => Producer(lingerMs: 0);

    /// <summary>
    /// A transactional producer whose dead owner blocks readers for ten seconds at most, as Kafka Streams' does.
    /// </summary>
    /// <param name="transactionalId">The same at every start of the same owner: that fences its predecessor.</param>
    /// <param name="timeout">Transaction timeout; a message must fail before it.</param>
    public ProducerConfig TransactionalProducer(string transactionalId, TimeSpan timeout)
    {
        var config = Producer(lingerMs: 5); // its records are read no earlier than the commit
        config.TransactionalId = transactionalId;
        config.TransactionTimeoutMs = (int)timeout.TotalMilliseconds;
        config.MessageTimeoutMs = (int)(timeout.TotalMilliseconds * 0.9);
        return config;
    }

    /// <summary>An admin client.</summary>
    public AdminClientConfig Admin() => Apply(new AdminClientConfig());

    private ProducerConfig Producer(double lingerMs) => Apply(new ProducerConfig
    {
        EnableIdempotence = true,
        Acks = Acks.All,
        Partitioner = KeyPartitioner,
        CompressionType = CompressionType.Lz4,
        LingerMs = lingerMs,
        AllowAutoCreateTopics = false,
    });
}
