using Microsoft.Extensions.Logging;

namespace FuturesEos.SignalGenerator;

/// <summary>Every log line of the signal generator: events 4000 to 4999.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(4000, LogLevel.Warning, "Kafka: {Reason}")]
    public static partial void KafkaError(this ILogger logger, string reason);
}
