using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace FuturesEos.OrderManager;

/// <summary>Every log line of the order manager: events 6000 to 6999.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(6000, LogLevel.Information, "Assigned {Topic}: {Partitions}")]
    public static partial void Assigned(this ILogger logger, string topic, string partitions);

    [LoggerMessage(6001, LogLevel.Information, "Dropped {Records} decisions in hand, partitions were {How}; their"
        + " next owner reads them")]
    public static partial void Dropped(this ILogger logger, int records, string how);

    [LoggerMessage(6002, LogLevel.Warning, "Another instance has moved on: {Records} decisions dropped, going on"
        + " from the ledger")]
    public static partial void Conflict(this ILogger logger, int records);

    [LoggerMessage(6003, LogLevel.Warning, "Now {What}: {Reason}; next try in {PauseMs} ms")]
    public static partial void Waiting(this ILogger logger, string what, string reason, int pauseMs);

    [LoggerMessage(6004, LogLevel.Debug, "Kafka client: {Code} {Reason}")]
    public static partial void KafkaError(this ILogger logger, ErrorCode code, string reason);

    [LoggerMessage(6005, LogLevel.Information, "Database: {Line}")]
    public static partial void Migrated(this ILogger logger, string line);

    [LoggerMessage(6006, LogLevel.Warning, "{Records} records of {Topic} are no decisions: kept in app.dead_letter")]
    public static partial void DeadLettered(this ILogger logger, int records, string topic);

    [LoggerMessage(6007, LogLevel.Debug, "Committed {Records} decisions, {Orders} orders")]
    public static partial void Committed(this ILogger logger, int records, int orders);
}
