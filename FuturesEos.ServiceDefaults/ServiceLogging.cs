using FuturesEos.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// Log lines to stderr, one each, UTC, and by OTLP where a receiver is named; levels by
/// <c>Logging__LogLevel__Category</c>.
/// </summary>
public static class ServiceLogging
{
    /// <summary>Makes the factory of a process.</summary>
    /// <param name="configuration">Levels.</param>
    /// <param name="service">Whose lines they are.</param>
    /// <param name="version">Its version.</param>
    public static ILoggerFactory Create(IConfiguration configuration, string service, string version) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        TelemetryExport.AddLogs(logging, service, version);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
