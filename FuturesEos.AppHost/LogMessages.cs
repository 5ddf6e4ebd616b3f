using Microsoft.Extensions.Logging;

namespace FuturesEos.AppHost;

internal static partial class LogMessages
{
    [LoggerMessage(9000, LogLevel.Error, "{Cluster} did not start")]
    public static partial void ClusterFailed(this ILogger logger, string cluster, Exception exception);

    [LoggerMessage(9001, LogLevel.Information, "connector {Connector}: RUNNING")]
    public static partial void ConnectorRuns(this ILogger logger, string connector);

    [LoggerMessage(9002, LogLevel.Error, "{Reason}")]
    public static partial void ConnectorFailed(this ILogger logger, string reason);

    [LoggerMessage(9003, LogLevel.Warning, "killed process {Pid} of {Resource}; starting it again")]
    public static partial void Killed(this ILogger logger, string resource, int pid);

    [LoggerMessage(9004, LogLevel.Information, "volume {Volume}: waiting until {Container} of another start is gone")]
    public static partial void VolumeInUse(this ILogger logger, string volume, string container);

    [LoggerMessage(9005, LogLevel.Information, "Kafka and PostgreSQL: {Choice}")]
    public static partial void Infrastructure(this ILogger logger, string choice);
}
