using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults;

/// <summary>Every log line of the shared part: events 3000 to 3999.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(3000,
        LogLevel.Information, "Created topic {Topic}: {Partitions} partitions, replication {Replication}")]
    public static partial void TopicCreated(this ILogger logger, string topic, int partitions, short replication);

    [LoggerMessage(3001, LogLevel.Warning, "Waiting for Kafka at {BootstrapServers}: {Reason}")]
    public static partial void WaitingForKafka(this ILogger logger, string bootstrapServers, string reason);

    [LoggerMessage(3002, LogLevel.Information, "{Service} {Version} starts, process {ProcessId}")]
    public static partial void ServiceStarts(this ILogger logger, string service, string version, int processId);

    [LoggerMessage(3003, LogLevel.Information, "Stopping: {Reason}")]
    public static partial void Stopping(this ILogger logger, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(3005, LogLevel.Error, "{Message}")]
    public static partial void Failed(this ILogger logger, string message);

    [LoggerMessage(3006, LogLevel.Debug, "Details of the failure")]
    public static partial void FailureDetails(this ILogger logger, Exception exception);

    [LoggerMessage(3007, LogLevel.Information, "Health and metrics at http://{Address}/health, /alive, /metrics")]
    public static partial void HealthAt(this ILogger logger, string address);
}
