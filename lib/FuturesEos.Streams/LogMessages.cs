using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams;

/// <summary>
/// Every log line of the engine. Level by reaction: retry Debug, wait and rewind Warning, stop Error.
/// </summary>
internal static partial class LogMessages
{
    [LoggerMessage(1000, LogLevel.Information,
        "Application {Application}, instance {Instance}: {Threads} thread(s), store {Store} in {Folder}")]
    public static partial void Starting(
        this ILogger log, string application, string instance, int threads, StoreKind store, string folder);

    [LoggerMessage(1001, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(1002, LogLevel.Error, "Stream thread {Thread} stops: {Reason}")]
    public static partial void ThreadFailed(this ILogger log, int thread, string reason);

    [LoggerMessage(1003, LogLevel.Debug, "{Name}: {Message}")]
    private static partial void ClientDebug(this ILogger log, string name, string message);

    [LoggerMessage(1004, LogLevel.Information, "{Name}: {Message}")]
    private static partial void ClientInformation(this ILogger log, string name, string message);

    [LoggerMessage(1005, LogLevel.Error, "{Name}: {Message}")]
    private static partial void ClientError(this ILogger log, string name, string message);

    [LoggerMessage(1010, LogLevel.Information, "Assigned: {Tasks}")]
    public static partial void Assigned(this ILogger log, string tasks);

    [LoggerMessage(1011, LogLevel.Information, "Revoked: {Tasks}")]
    public static partial void Revoked(this ILogger log, string tasks);

    [LoggerMessage(1012, LogLevel.Warning,
        "Lost, without a chance to commit: {Tasks}. Another member owns them already; what was open is dropped")]
    public static partial void Lost(this ILogger log, string tasks);

    [LoggerMessage(1013, LogLevel.Debug, "{Task}: {From} to {To}")]
    public static partial void TaskBecame(
        this ILogger log, Tasks.TaskId task, Tasks.TaskState from, Tasks.TaskState to);

    [LoggerMessage(1020, LogLevel.Warning,
        "Waiting for the transaction coordinator of {TransactionalId} at {Servers} since {Seconds:0} s: {Reason}")]
    public static partial void WaitingForCoordinator(
        this ILogger log, string transactionalId, string servers, string reason, double seconds);

    [LoggerMessage(1021, LogLevel.Debug, "{TransactionalId}: {What} again: {Code} ({Reason})")]
    public static partial void RetryingCall(
        this ILogger log, string transactionalId, string what, ErrorCode code, string reason);

    [LoggerMessage(1022, LogLevel.Warning,
        "{TransactionalId}: abort failed ({Code}: {Reason}); a new producer takes its place")]
    public static partial void AbortFailed(this ILogger log, string transactionalId, ErrorCode code, string reason);

    [LoggerMessage(1023, LogLevel.Warning, "Abort and rewind: {Reason}")]
    public static partial void Rewinding(this ILogger log, string reason);

    [LoggerMessage(1024, LogLevel.Information,
        "Rewound {Partitions} partition(s) to the committed offsets after {Seconds:0.0} s")]
    public static partial void Rewound(this ILogger log, int partitions, double seconds);

    [LoggerMessage(1025, LogLevel.Warning,
        "Waiting for the committed offsets at {Servers} since {Seconds:0} s: {Reason}")]
    public static partial void WaitingForOffsets(this ILogger log, string servers, string reason, double seconds);

    [LoggerMessage(1036, LogLevel.Warning,
        "Waiting for the ends of the input partitions at {Servers} since {Seconds:0} s: {Reason}")]
    public static partial void WaitingForEnds(this ILogger log, string servers, string reason, double seconds);

    [LoggerMessage(1026, LogLevel.Warning, "Waiting for a broker at {Servers}: {Reason}")]
    public static partial void WaitingForBroker(this ILogger log, string servers, string reason);

    [LoggerMessage(1027, LogLevel.Debug, "Poll: {Code} ({Reason})")]
    public static partial void PollAgain(this ILogger log, ErrorCode code, string reason);

    [LoggerMessage(1028, LogLevel.Warning, "Poll waits: {Code} ({Reason})")]
    public static partial void PollWaits(this ILogger log, ErrorCode code, string reason);

    [LoggerMessage(1029, LogLevel.Information,
        "{TransactionalId}: the transaction's end took so long that it may have been asked for twice; "
            + "a new producer's epoch refuses the late one")]
    public static partial void ReplacedInDoubt(this ILogger log, string transactionalId);

    [LoggerMessage(1030, LogLevel.Information, "{Task}: restore from {From} to {To}")]
    public static partial void RestoreBegins(this ILogger log, Tasks.TaskId task, long from, long to);

    [LoggerMessage(1031, LogLevel.Information,
        "{Task}: restoring, {Records} record(s), {Percent:0} %: offset {Position} of {Target}, {Rate:0} records/s")]
    public static partial void RestoreProgress(
        this ILogger log, Tasks.TaskId task, long records, double percent, long position, long target, double rate);

    [LoggerMessage(1032, LogLevel.Warning,
        "{Task}: changelog read up to {Position}, log end {Target}: an open transaction lies between, "
            + "which ends after its timeout at the latest")]
    public static partial void RestoreWaitsForTransaction(
        this ILogger log, Tasks.TaskId task, long position, long target);

    [LoggerMessage(1033, LogLevel.Information,
        "{Task}: restored, {Records} record(s) in {Seconds:0.00} s, position {Position}")]
    public static partial void RestoreDone(
        this ILogger log, Tasks.TaskId task, long records, double seconds, long position);

    [LoggerMessage(1034, LogLevel.Warning, "{Task}: store wiped and rebuilt: {Reason}")]
    public static partial void StoreWiped(this ILogger log, Tasks.TaskId task, string reason);

    [LoggerMessage(1035, LogLevel.Warning,
        "Waiting for the changelog's bounds at {Servers} since {Seconds:0} s: {Reason}")]
    public static partial void WaitingForChangelog(this ILogger log, string servers, string reason, double seconds);

    [LoggerMessage(1038, LogLevel.Warning,
        "Waiting for the end of the last transaction of {TransactionalId} at {Servers} since {Seconds:0} s: {Reason}. "
            + "Nothing is sent before that. If it stays so, Kafka has lost its marker: 'eos txn hanging' shows where, "
            + "'eos txn abort' (or 'commit', if it was committed) writes it")]
    public static partial void WaitingForMarkers(
        this ILogger log, string transactionalId, string servers, string reason, double seconds);

    [LoggerMessage(1037, LogLevel.Warning,
        "The group was not left ({Code}: {Reason}): others take over when the session ends")]
    public static partial void LeaveFailed(this ILogger log, ErrorCode code, string reason);

    public static void Client(this ILogger log, LogLevel level, string name, string message)
    {
        if (level == LogLevel.Error)
            log.ClientError(name, message);
        else if (level == LogLevel.Information)
            log.ClientInformation(name, message);
        else
            log.ClientDebug(name, message);
    }
}
