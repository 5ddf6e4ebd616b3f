using FuturesEos.KafkaProtocol;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka;

/// <summary>Log lines of storage and transactions: events 2500 to 2999.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(2500, LogLevel.Error,
        "Cannot write to {Partition}, producers are told to retry until there is room or a right to: {Reason}")]
    public static partial void WriteFailed(this ILogger logger, string partition, string reason);

    [LoggerMessage(2501, LogLevel.Warning,
        "A torn write at the end of {Partition} is cut off before the next one: {Reason}")]
    public static partial void TailLeftTorn(this ILogger logger, string partition, string reason);

    [LoggerMessage(2502, LogLevel.Error, "Cannot read from {Partition}: {Reason}")]
    public static partial void ReadFailed(this ILogger logger, string partition, string reason);

    [LoggerMessage(2503, LogLevel.Error,
        "Cannot force {Partition} to the disk; it takes no more records until a restart: {Reason}")]
    public static partial void FlushFailed(this ILogger logger, string partition, string reason);

    [LoggerMessage(2504, LogLevel.Warning, "No checkpoint of {Partition}, the next start reads more of it: {Reason}")]
    public static partial void CheckpointFailed(this ILogger logger, string partition, string reason);

    [LoggerMessage(2505, LogLevel.Warning,
        "Cut {Bytes} bytes of {Partition} that were no whole batch, and {Segments} segments after; "
            + "it ends at {EndOffset}")]
    public static partial void TailCut(this ILogger logger, string partition, long bytes, long endOffset, int segments);

    [LoggerMessage(2506, LogLevel.Warning,
        "Producer snapshot {File} of {Partition} is damaged; an older one or the log serves instead")]
    public static partial void SnapshotDamaged(this ILogger logger, string partition, string file);

    [LoggerMessage(2510, LogLevel.Debug,
        "Deleted {Count} old segments of {Partition}; it now starts at {LogStartOffset}")]
    public static partial void SegmentsDeleted(this ILogger logger, string partition, int count, long logStartOffset);

    [LoggerMessage(2511, LogLevel.Debug,
        "Compacted {Partition} from {BytesBefore} to {BytesAfter} bytes up to offset {CleanOffset}")]
    public static partial void Compacted(
        this ILogger logger, string partition, long bytesBefore, long bytesAfter, long cleanOffset);

    [LoggerMessage(2512, LogLevel.Warning, "Housekeeping of {Partition} failed and is tried again: {Reason}")]
    public static partial void MaintenanceFailed(this ILogger logger, string partition, string reason);

    [LoggerMessage(2600, LogLevel.Information,
        "Transaction coordinator starts with {Count} transactional ids, epoch {CoordinatorEpoch}")]
    public static partial void TransactionsLoaded(this ILogger logger, int count, int coordinatorEpoch);

    [LoggerMessage(2601, LogLevel.Warning,
        "Aborting the transaction of {TransactionalId} (producer {ProducerId}): "
            + "open for longer than its {TimeoutMs} ms")]
    public static partial void TransactionTimedOut(
        this ILogger logger, string transactionalId, long producerId, int timeoutMs);

    [LoggerMessage(2602, LogLevel.Error,
        "The state of transaction {TransactionalId} cannot be stored, its producer is told to retry: {Reason}")]
    public static partial void TransactionNotStored(this ILogger logger, string transactionalId, string reason);

    [LoggerMessage(2603, LogLevel.Warning, "The marker of {TransactionalId} for {Partition} is tried again: {Error}")]
    public static partial void MarkerRetried(
        this ILogger logger, string transactionalId, string partition, KafkaError error);

    [LoggerMessage(2604, LogLevel.Debug, "The marker of {TransactionalId} for {Partition} is superseded: {Error}")]
    public static partial void MarkerSuperseded(
        this ILogger logger, string transactionalId, string partition, KafkaError error);
}
