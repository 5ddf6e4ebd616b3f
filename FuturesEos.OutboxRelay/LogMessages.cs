using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace FuturesEos.OutboxRelay;

/// <summary>Every log line of the outbox relay: events 7000 to 7999.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(7000, LogLevel.Information, "Relaying slot {Slot} of {Database} to {Topic} from {Position}")]
    public static partial void Relaying(this ILogger logger, string slot, string database, string topic,
        string position);

    [LoggerMessage(7001, LogLevel.Information, "Standing by: slot {Slot} is read by another relay ({Reason})")]
    public static partial void StandingBy(this ILogger logger, string slot, string reason);

    [LoggerMessage(7002, LogLevel.Warning, "Now {What}: {Reason}; next try in {PauseMs} ms")]
    public static partial void Waiting(this ILogger logger, string what, string reason, int pauseMs);

    [LoggerMessage(7003, LogLevel.Debug, "Kafka client: {Code} {Reason}")]
    public static partial void KafkaError(this ILogger logger, ErrorCode code, string reason);

    [LoggerMessage(7004, LogLevel.Debug, "Committed {Rows} rows up to {Position}")]
    public static partial void Committed(this ILogger logger, int rows, string position);

    [LoggerMessage(7005, LogLevel.Information, "Slot {Slot} has sent {Transactions} transactions again that Kafka"
        + " holds; skipped")]
    public static partial void Skipped(this ILogger logger, string slot, long transactions);

    [LoggerMessage(7006, LogLevel.Warning, "Repair: {Missing} of {Rows} outbox rows were not in {Topic} and are now")]
    public static partial void Repaired(this ILogger logger, long missing, long rows, string topic);

    [LoggerMessage(7007, LogLevel.Information, "Kafka and PostgreSQL answer again")]
    public static partial void Resumed(this ILogger logger);

    [LoggerMessage(7008, LogLevel.Error, "Row {EventId} of app.outbox cannot be sent and is parked in"
        + " app.outbox_parked: {Reason}. Others go on; when the reason is gone: 'eos relay repair'")]
    public static partial void Parked(this ILogger logger, Guid eventId, string reason);

    [LoggerMessage(7009, LogLevel.Warning, "{Rows} rows were in a batch that Kafka refused ({Reason}): each is sent"
        + " alone once")]
    public static partial void BatchRefused(this ILogger logger, int rows, string reason);

    [LoggerMessage(7010, LogLevel.Information, "{TransactionalId}: the commit took so long that it may have been asked"
        + " for twice; a new producer's epoch refuses the late one")]
    public static partial void ProducerReplaced(this ILogger logger, string transactionalId);
}
