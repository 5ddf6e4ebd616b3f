using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.ServiceDefaults.Options;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>Options of the signal processor; each is also a setting.</summary>
internal sealed class ProcessorOptions
{
    [Setting("--application-id",
        "Streams:ApplicationId", "names the consumer group, the changelog and the transactional ids")]
    public string ApplicationId { get; set; } = Topics.DefaultApplicationId;

    [Setting("--state-dir", "Streams:StateDirectory", "folder of instance id, lock and stores; one for each process")]
    public string StateDirectory { get; set; } = Path.Combine(".eos", "state");

    [Setting("--store",
        "Streams:Store", "rocksdb (a restart reads what is new) or memory (a restart reads the whole changelog)")]
    public StoreKind Store { get; set; } = StoreKind.RocksDb;

    [Setting("--commit-interval",
        "Streams:CommitInterval", "a transaction is committed this long after its first record")]
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    [Setting("--transaction-records",
        "Streams:MaxTransactionRecords", "records in one transaction before it is committed ahead of the interval")]
    public int MaxTransactionRecords { get; set; } = 20_000;

    [Setting("--threads", "Streams:Threads", "stream threads, each with a consumer and a transactional producer")]
    public int Threads { get; set; } = 1;

    [Setting("--instance",
        "Streams:InstanceId", "stable name of this instance; without it made once and kept in the state folder")]
    public string? InstanceId { get; set; }

    [Setting("--static-membership",
        "Streams:StaticMembership", "a restart within the session timeout causes no rebalance")]
    public bool StaticMembership { get; set; }

    [Setting("--output-prefix", "Processor:OutputPrefix", "writes PREFIX.decisions and PREFIX.signal.dead-letter")]
    public string OutputPrefix { get; set; } = Topics.DefaultPrefix;

    [Setting("--grace", "Processor:Grace", "how long after its end a window takes signals")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromMilliseconds(WindowTime.DefaultGraceMs);

    [Setting("--transaction-timeout",
        "Streams:TransactionTimeout", "after this long the coordinator aborts the transaction of a dead owner")]
    public TimeSpan TransactionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("--session-timeout",
        "Streams:SessionTimeout", "after this long without a heartbeat others get the partitions")]
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(45);
}
