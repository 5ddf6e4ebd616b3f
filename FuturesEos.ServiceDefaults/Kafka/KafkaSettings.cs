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

    private const string Aspire = "Aspire:Confluent:Kafka";

    private IReadOnlyDictionary<string, string> ProducerExtra { get; init; } = new Dictionary<string, string>();

    private IReadOnlyDictionary<string, string> ConsumerExtra { get; init; } = new Dictionary<string, string>();

    /// <summary>All that was set, for who sets up clients of every kind alike.</summary>
    public IReadOnlyDictionary<string, string> ForEveryClient => new[] { ConsumerExtra, ProducerExtra, Extra }
        .SelectMany(settings => settings).GroupBy(setting => setting.Key, setting => setting.Value)
        .ToDictionary(setting => setting.Key, setting => setting.Last());

    /// <summary>
    /// Reads the section <c>Kafka</c>, and those that Aspire.Confluent.Kafka has for producers and consumers.
    /// </summary>
    public static KafkaSettings From(
        string bootstrapServers, IConfiguration configuration, string connectionName = "kafka") =>
        new(bootstrapServers, Named(configuration.GetSection("Kafka")))
        {
            ProducerExtra = Read<ProducerConfig>(configuration, "Producer", connectionName),
            ConsumerExtra = Read<ConsumerConfig>(configuration, "Consumer", connectionName),
        };

    /// <summary>Completes a client's own settings with the address and the user's settings.</summary>
    public T Apply<T>(T config)
        where T : ClientConfig
    {
        config.BootstrapServers = BootstrapServers;
        var kind = config switch
        {
            ProducerConfig => ProducerExtra,
            ConsumerConfig => ConsumerExtra,
            _ => ForEveryClient,
        };
        foreach (var (name, value) in kind.Concat(Extra)) config.Set(name, value);
        return config;
    }

    /// <summary>Aspire's sections for a connection, the special one last.</summary>
    internal static IEnumerable<string> Sections(string connectionName) =>
        ((string[])["Producer", "Consumer"]).SelectMany(kind => Sections(kind, connectionName));

    private static IEnumerable<string> Sections(string kind, string connectionName) =>
        [$"{Aspire}:{kind}", $"{Aspire}:{kind}:{connectionName}"];

    // .NET names (SecurityProtocol) are bound as Aspire does; librdkafka's names with dots are taken as they are
    private static Dictionary<string, string> Read<TConfig>(IConfiguration configuration, string kind, string name)
        where TConfig : ClientConfig, new()
    {
        var config = new TConfig();
        foreach (var section in Sections(kind, name).Select(path => configuration.GetSection($"{path}:Config")))
        {
            section.Bind(config);
            foreach (var (key, value) in Named(section).Where(setting => setting.Key.Contains('.')))
                config.Set(key, value);
        }

        return config.ToDictionary(setting => setting.Key, setting => setting.Value);
    }

    private static Dictionary<string, string> Named(IConfigurationSection section) => section.GetChildren()
        .Where(child => !string.IsNullOrEmpty(child.Value))
        .ToDictionary(child => child.Key.ToLowerInvariant(), child => child.Value!, StringComparer.Ordinal);

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
