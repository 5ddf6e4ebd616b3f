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

    // What exactly once rests on, or what a client is told elsewhere; the aliases of librdkafka with it.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "isolation.level", "enable.auto.commit", "enable.auto.offset.store", "enable.partition.eof",
        "auto.offset.reset", "partition.assignment.strategy", "group.protocol", "group.id", "group.instance.id",
        "enable.idempotence", "transactional.id", "acks", "request.required.acks", "partitioner",
        "transaction.timeout.ms",
        "max.in.flight.requests.per.connection", "max.in.flight", "retry.backoff.ms", "allow.auto.create.topics",
    };

    private static readonly string[] Addresses = ["bootstrap.servers", "metadata.broker.list"];

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
    /// <exception cref="ExpectedFailure">One of them is not for the user to set, or is none.</exception>
    public static KafkaSettings From(
        string bootstrapServers, IConfiguration configuration, string connectionName = "kafka")
    {
        var settings = new KafkaSettings(bootstrapServers, Named(configuration.GetSection("Kafka")))
        {
            ProducerExtra = Read<ProducerConfig>(configuration, "Producer", connectionName),
            ConsumerExtra = Read<ConsumerConfig>(configuration, "Consumer", connectionName),
        };
        foreach (var (name, value) in settings.ForEveryClient) Check(name, value);
        if (settings.ForEveryClient.Count > 0 && Refusal(settings.ForEveryClient) is { } reason)
            throw ExpectedFailure.Usage($"the settings Kafka__* do not go together: {reason}");
        return settings;
    }

    /// <summary>Whether a user's value would break what every service and the engine rely on.</summary>
    internal static bool IsReserved(string name) => Reserved.Contains(name);

    private static void Check(string name, string value)
    {
        if (IsReserved(name))
            throw ExpectedFailure.Usage(
                $"Kafka__{name} cannot be set: exactly once rests on the value that each client gives it; remove it");
        if (Addresses.Contains(name))
            throw ExpectedFailure.Usage(
                $"Kafka__{name} cannot be set: give --bootstrap-servers, or set ConnectionStrings__kafka");
        // by itself a setting may lack others (a protocol without its mechanism): only what is said of this one counts
        if (Refusal(new Dictionary<string, string> { [name] = value }) is { } reason
            && reason.Contains("configuration property", StringComparison.Ordinal))
            throw ExpectedFailure.Usage($"Kafka__{name} is no setting of Kafka's client: {reason}");
    }

    // What librdkafka says of them when a client is made; a producer knows the names of consumers too, and connects to
    // nobody without an address. dotnet.* are Confluent's own.
    private static string? Refusal(IReadOnlyDictionary<string, string> settings)
    {
        try
        {
            using var probe = new ProducerBuilder<Null, Null>(
                settings.Where(setting => !setting.Key.StartsWith("dotnet.", StringComparison.Ordinal)))
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or KafkaException)
        {
            return e.Message;
        }
    }

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
        config.MessageTimeoutMs ??= (int)(timeout.TotalMilliseconds * 0.9);
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
