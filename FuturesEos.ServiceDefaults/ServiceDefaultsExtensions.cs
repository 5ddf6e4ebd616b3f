using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FuturesEos.ServiceDefaults;

/// <summary>What all services have in common: logging, telemetry, health.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Path of the probe that asks whether the service does its work.</summary>
    public const string HealthPath = "/health";

    /// <summary>Path of the probe that asks whether the process is to be restarted.</summary>
    public const string AlivePath = "/alive";

    /// <summary>Path of the instruments, as Prometheus reads them.</summary>
    public const string MetricsPath = "/metrics";

    private const string Live = "live";

    // a probe is answered within this, whatever a check waits for
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Log lines to stderr, telemetry where somebody reads it, and checks of the service's own work.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddServiceConsole();
        // after the filters above: what the user sets wins
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.AddTelemetry();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ServiceHealth>();
        builder.Services.AddHealthChecks()
            .AddCheck<WorkCheck>("work")
            .AddCheck<LoopCheck>("loop", tags: [Live]);
        builder.Services.PostConfigure<HealthCheckServiceOptions>(checks =>
        {
            foreach (var check in checks.Registrations.Where(check => check.Timeout == Timeout.InfiniteTimeSpan))
                check.Timeout = CheckTimeout;
        });
        return builder;
    }

    /// <summary>
    /// <c>/health</c>: all checks. <c>/alive</c>: those of them that a restart can mend. <c>/metrics</c>. In every
    /// environment, since they are Kubernetes' probes and Prometheus' target.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication application)
    {
        application.MapHealthChecks(HealthPath, new HealthCheckOptions { ResponseWriter = HealthResponse.WriteAsync })
            .DisableHttpMetrics();
        application.MapHealthChecks(AlivePath, new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(Live), ResponseWriter = HealthResponse.WriteAsync,
        }).DisableHttpMetrics();
        if (TelemetryExtensions.HasPrometheus(application.Services))
            application.MapPrometheusScrapingEndpoint(MetricsPath).DisableHttpMetrics();
        return application;
    }

    /// <summary>One line each to stderr, in UTC; levels by <c>Logging__LogLevel__Category</c>.</summary>
    internal static ILoggingBuilder AddServiceConsole(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        // both would say again, with a stack trace, what the service says in a sentence
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging;
    }
}
