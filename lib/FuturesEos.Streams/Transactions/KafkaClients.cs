using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Transactions;

/// <summary>
/// The settings of the engine's clients: the user's first, then those that exactly-once rests on,
/// which nobody overrides.
/// </summary>
internal static class KafkaClients
{
    // librdkafka stops to fetch a partition that has 100,000 records in its queue, and looks again after this; its own
    // second is longer than such a queue lasts
    private const int QueueLookMs = 10;

    public static ConsumerConfig Consumer(StreamsOptions options, string instanceId, int thread)
    {
        var config = new ConsumerConfig(Common(options))
        {
            ClientId = $"{options.ApplicationId}-{instanceId}-{thread}-consumer",
            GroupId = options.ApplicationId,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnablePartitionEof = true,

            // a task needs the same partition number of every topic on one member: of librdkafka's assignors only range
            // keeps them together
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range,
            SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
            HeartbeatIntervalMs = (int)Math.Min(3000, options.SessionTimeout.TotalMilliseconds / 3),
            MaxPollIntervalMs = (int)options.MaxPollInterval.TotalMilliseconds,

            // small rounds: a partition that runs ahead of its siblings is paused,
            // and what was prefetched for it is thrown away
            MaxPartitionFetchBytes = 512 * 1024,

            // a record takes three times its size while it waits there, and the tasks' own queues hold enough
            QueuedMaxMessagesKbytes = 4 * 1024,
            FetchQueueBackoffMs = QueueLookMs,
        };
        if (options.StaticMembership)
            config.GroupInstanceId = $"{instanceId}-{thread}";
        return WithUsers(config, options);
    }

    /// <summary>
    /// Reads changelogs: assigned by hand, member of no group, committing nothing. It names the application's group all
    /// the same: the client looks for the coordinator of whatever it is given, and this is the one that the application
    /// has a right to.
    /// </summary>
    public static ConsumerConfig Restore(StreamsOptions options, string instanceId, int thread) =>
        WithUsers(new ConsumerConfig(Common(options))
        {
            ClientId = $"{options.ApplicationId}-{instanceId}-{thread}-restore",
            GroupId = options.ApplicationId,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            EnablePartitionEof = true,
            QueuedMaxMessagesKbytes = 32 * 1024,
            FetchQueueBackoffMs = QueueLookMs,
            ConsumeResultFields = "none",
        }, options);

    public static ProducerConfig Producer(StreamsOptions options, string instanceId, int thread)
    {
        var transactionMs = (int)options.TransactionTimeout.TotalMilliseconds;
        return WithUsers(new ProducerConfig(Common(options))
        {
            ClientId = $"{options.ApplicationId}-{instanceId}-{thread}-producer",
            TransactionalId = TransactionalId(options, instanceId, thread),
            TransactionTimeoutMs = transactionMs,

            // a record that cannot be delivered must fail the transaction before the coordinator does
            MessageTimeoutMs = transactionMs - (transactionMs / 10),

            // and a topic that does not exist must be told from one whose broker is away, before the record times out
            TopicMetadataPropagationMaxMs = transactionMs / 3,
            EnableIdempotence = true,
            Partitioner = Partitioner.Murmur2Random,
            CompressionType = CompressionType.Lz4,
            RetryBackoffMs = (int)RequestRepetition.Backoff.TotalMilliseconds,

            // read no earlier than the commit, which flushes without lingering:
            // batches five times as large ask less of the brokers
            LingerMs = options.CommitInterval.TotalMilliseconds / 4,
            QueueBufferingMaxMessages = 500_000,
            QueueBufferingMaxKbytes = 256 * 1024,
            EnableBackgroundPoll = false,
            DeliveryReportFields = "none",
        }, options);
    }

    public static AdminClientConfig Admin(StreamsOptions options, string instanceId, int thread) =>
        WithUsers(new AdminClientConfig(Common(options))
        {
            ClientId = $"{options.ApplicationId}-{instanceId}-{thread}-admin",
        }, options);

    public static IConsumer<byte[]?, byte[]?> BuildRestore(ConsumerConfig config, ILogger log, ClientErrors errors) =>
        new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetErrorHandler((_, error) => errors.Take(error))
            .SetLogHandler((_, message) => log.Client(message.Level.ToLogLevel(), message.Name, message.Message))
            .Build();

    public static IAdminClient BuildAdmin(AdminClientConfig config, ILogger log, ClientErrors errors) =>
        new AdminClientBuilder(config)
            .SetErrorHandler((_, error) => errors.Take(error))
            .SetLogHandler((_, message) => log.Client(message.Level.ToLogLevel(), message.Name, message.Message))
            .Build();

    public static string TransactionalId(StreamsOptions options, string instanceId, int thread) =>
        $"{options.ApplicationId}-{instanceId}-{thread}";

    // What the user sets wins over what is chosen here for speed; the rest was refused (StreamsOptions.Validate), and
    // dotnet.* is how these clients are called.
    private static T WithUsers<T>(T config, StreamsOptions options)
        where T : ClientConfig
    {
        foreach (var (name, value) in options.ClientSettings)
        {
            if (!name.StartsWith("dotnet.", StringComparison.Ordinal))
                config.Set(name, value);
        }

        return config;
    }

    private static Dictionary<string, string> Common(StreamsOptions options) => new(options.ClientSettings)
    {
        ["bootstrap.servers"] = options.BootstrapServers,
        ["log_level"] = "5",
        ["allow.auto.create.topics"] = "false",
    };
}
