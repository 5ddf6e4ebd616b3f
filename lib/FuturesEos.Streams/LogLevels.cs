using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams;

/// <summary>The client's own log levels as ours; its warnings are mostly a broker that comes and goes.</summary>
internal static class LogLevels
{
    public static LogLevel ToLogLevel(this SyslogLevel level) => level switch
    {
        SyslogLevel.Emergency or SyslogLevel.Alert or SyslogLevel.Critical => LogLevel.Error,
        SyslogLevel.Error or SyslogLevel.Warning => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
