namespace FuturesEos.Streams;

/// <summary>
/// What an application tells the engine. Bound once, validated at start by <see cref="Validate"/>, never changed after.
/// </summary>
public sealed class StreamsOptions
{
    /// <summary>Default of <see cref="EagerCommitSpacing"/>.</summary>
    public static readonly TimeSpan DefaultEagerCommitSpacing = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Names the consumer group, the changelog and the transactional ids. Two applications never share one.
    /// </summary>
    public string ApplicationId { get; init; } = "";

    /// <summary>Kafka's address, <c>host:port[,host:port…]</c>.</summary>
    public string BootstrapServers { get; init; } = "";

    /// <summary>The co-partitioned topics read. Their order decides between records of equal timestamp.</summary>
    public IReadOnlyList<string> InputTopics { get; init; } = [];

    /// <summary>Names the state; the changelog is <c>APPLICATION-STORE-changelog</c>.</summary>
    public string StoreName { get; init; } = "";

    /// <summary>Where the instance id, the lock and the stores are kept; one folder for each process.</summary>
    public string StateDirectory { get; init; } = "";

    /// <summary>Where committed state lives between restarts. Default: RocksDB.</summary>
    public StoreKind Store { get; init; } = StoreKind.RocksDb;

    /// <summary>
    /// This instance's stable name, part of its transactional ids. Default: made once and kept in the state folder.
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>
    /// Stream threads in this process: each has a consumer, a producer and its share of the tasks. Default 1.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// A transaction is committed this long after its first record, while records flow. Default 100 ms.
    /// </summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// When everything fetched is processed and hardly more is stored, a transaction is committed at once, yet not
    /// sooner than this, nor than the last commit took, after the one before it. Default 10 ms; equal to
    /// <see cref="CommitInterval"/>: hardly ever.
    /// </summary>
    public TimeSpan EagerCommitSpacing { get; init; } = DefaultEagerCommitSpacing;

    /// <summary>
    /// After this long the coordinator aborts a transaction whose owner is gone; readers wait as long. Default 10 s,
    /// as Kafka Streams.
    /// </summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After this long without a heartbeat the group gives this member's partitions to others. Default 45 s.
    /// </summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// The longest pause between two polls before the group takes the partitions away. Default 5 min.
    /// </summary>
    public TimeSpan MaxPollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Static membership: a restart within the session timeout keeps its partitions without a rebalance. Default off.
    /// </summary>
    public bool StaticMembership { get; init; }

    /// <summary>Records buffered for one partition before it is paused. Default 10,000.</summary>
    public int MaxQueuedRecords { get; init; } = 10_000;

    /// <summary>Records in one transaction before it is committed ahead of the interval. Default 20,000.</summary>
    public int MaxTransactionRecords { get; init; } = 20_000;

    /// <summary>
    /// The changelog's <c>delete.retention.ms</c>: a store that slept longer may have missed tombstones and is rebuilt.
    /// Default 24 h, Kafka's own.
    /// </summary>
    public TimeSpan TombstoneRetention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// librdkafka settings for every client (security, addresses). Those that exactly-once rests on are refused.
    /// </summary>
    public IReadOnlyDictionary<string, string> ClientSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>The changelog topic's name.</summary>
    public string ChangelogTopic => $"{ApplicationId}-{StoreName}-changelog";

    private static readonly string[] Reserved =
    [
        "isolation.level", "enable.auto.commit", "enable.auto.offset.store", "enable.partition.eof",
        "auto.offset.reset", "partition.assignment.strategy", "group.protocol", "group.id", "enable.idempotence",
        "transactional.id", "acks", "partitioner", "transaction.timeout.ms",
        "max.in.flight.requests.per.connection", "retry.backoff.ms",
        // the same by librdkafka's other names, and what the options set
        "request.required.acks", "max.in.flight", "group.instance.id",
        "bootstrap.servers", "metadata.broker.list", "allow.auto.create.topics",
    ];

    /// <summary>Checks every value and their relations.</summary>
    /// <exception cref="ArgumentException">All faults, each with the value found and what is needed.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        void Check(bool holds, string fault)
        {
            if (!holds)
                faults.Add(fault);
        }

        Check(ApplicationId.Length is > 0 and <= 100 && IsTopicName(ApplicationId),
            $"ApplicationId '{ApplicationId}': 1 to 100 of letters, digits, '.', '_' and '-' are needed.");
        Check(StoreName.Length > 0 && IsTopicName(StoreName),
            $"StoreName '{StoreName}': it is part of a topic's name and cannot be this.");
        Check(BootstrapServers.Length > 0, "BootstrapServers is empty: host:port is needed.");
        Check(InputTopics.Count > 0, "InputTopics is empty.");
        Check(InputTopics.Distinct(StringComparer.Ordinal).Count() == InputTopics.Count,
            "InputTopics names a topic twice.");
        Check(StateDirectory.Length > 0, "StateDirectory is empty.");
        Check(InstanceId is null || (InstanceId.Length is > 0 and <= 100 && IsTopicName(InstanceId)),
            $"InstanceId '{InstanceId}': 1 to 100 of letters, digits, '.', '_' and '-' are needed.");
        Check(Threads is >= 1 and <= 64, $"Threads is {Threads}: 1 to 64 are possible.");
        Check(CommitInterval > TimeSpan.Zero, $"CommitInterval is {CommitInterval}: it must be above zero.");
        Check(EagerCommitSpacing >= TimeSpan.Zero && EagerCommitSpacing <= CommitInterval,
            $"EagerCommitSpacing is {EagerCommitSpacing}: "
                + $"it must lie between zero and CommitInterval ({CommitInterval}).");
        Check(TransactionTimeout >= TimeSpan.FromSeconds(1) && TransactionTimeout <= TimeSpan.FromMinutes(15),
            $"TransactionTimeout is {TransactionTimeout}: brokers take up to 15 min, and below 1 s any pause aborts.");
        Check(CommitInterval * 2 <= TransactionTimeout,
            $"CommitInterval ({CommitInterval}) must be at most half of TransactionTimeout ({TransactionTimeout}), "
                + "or a slow commit is aborted.");
        Check(SessionTimeout >= TimeSpan.FromSeconds(6),
            $"SessionTimeout is {SessionTimeout}: brokers refuse less than 6 s.");
        Check(MaxPollInterval >= SessionTimeout && MaxPollInterval > TransactionTimeout,
            $"MaxPollInterval ({MaxPollInterval}) must not be below SessionTimeout ({SessionTimeout}) "
                + $"and be above TransactionTimeout ({TransactionTimeout}).");
        Check(MaxQueuedRecords is >= 100 and <= 1_000_000,
            $"MaxQueuedRecords is {MaxQueuedRecords}: 100 to 1,000,000 are possible.");
        Check(MaxTransactionRecords is >= 1 and <= 200_000,
            $"MaxTransactionRecords is {MaxTransactionRecords}: 1 to 200,000 are possible.");
        Check(TombstoneRetention > TimeSpan.Zero,
            $"TombstoneRetention is {TombstoneRetention}: it must be above zero.");
        foreach (var key in ClientSettings.Keys)
        {
            Check(!Reserved.Contains(key, StringComparer.Ordinal),
                $"Client setting '{key}' is set by the engine: exactly-once rests on its value.");
        }

        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }

    private static bool IsTopicName(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
