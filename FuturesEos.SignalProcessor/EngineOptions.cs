using System.Globalization;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Options;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>Options of the engine, as this service has it.</summary>
internal sealed class EngineOptions
{
    [Setting("--application-id", "names the consumer group, the changelog and the transactional ids")]
    public string ApplicationId { get; set; } = Topics.DefaultApplicationId;

    [Setting("--state-dir", "folder of instance id, lock and stores; one for each process")]
    public string StateDirectory { get; set; } = Path.Combine(".eos", "state");

    [Setting("--store", "rocksdb (a restart reads what is new) or memory (a restart reads the whole changelog)")]
    public StoreKind Store { get; set; } = StoreKind.RocksDb;

    [Setting("--commit-interval", "a transaction is committed this long after its first record")]
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    [Setting("--transaction-records", "records in one transaction before it is committed ahead of the interval")]
    public int MaxTransactionRecords { get; set; } = 20_000;

    [Setting("--threads", "stream threads, each with a consumer and a transactional producer")]
    public int Threads { get; set; } = 1;

    [Setting("--instance", "stable name of this instance; without it made once and kept in the state folder")]
    public string? InstanceId { get; set; }

    [Setting("--static-membership", "a restart within the session timeout causes no rebalance")]
    public bool StaticMembership { get; set; }

    [Setting("--transaction-timeout", "after this long the coordinator aborts the transaction of a dead owner")]
    public TimeSpan TransactionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("--session-timeout", "after this long without a heartbeat others get the partitions")]
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(45);

    // a dead letter is larger than the signal that it was; librdkafka's default is smaller than that
    private static Dictionary<string, string> WithRoomForDeadLetters(IReadOnlyDictionary<string, string> settings)
    {
        var all = new Dictionary<string, string>(settings);
        all.TryAdd("message.max.bytes", Topics.DeadLetterBytesMax.ToString(CultureInfo.InvariantCulture));
        return all;
    }

    /// <summary>What the engine is told.</summary>
    public StreamsOptions For(KafkaSettings kafka) => new()
    {
        ApplicationId = ApplicationId,
        BootstrapServers = kafka.BootstrapServers,
        ClientSettings = WithRoomForDeadLetters(kafka.ForEveryClient),
        InputTopics = [.. Topics.OfSignals.Select(t => t.Name)],
        StoreName = "signal-windows",
        StateDirectory = StateDirectory,
        Store = Store,
        InstanceId = InstanceId,
        Threads = Threads,
        CommitInterval = CommitInterval,
        EagerCommitSpacing = CommitInterval < StreamsOptions.DefaultEagerCommitSpacing
            ? CommitInterval : StreamsOptions.DefaultEagerCommitSpacing,
        MaxTransactionRecords = MaxTransactionRecords,
        TransactionTimeout = TransactionTimeout,
        SessionTimeout = SessionTimeout,
        StaticMembership = StaticMembership,
    };
}
