using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FuturesEos.ServiceDefaults.Telemetry;

/// <summary>
/// Spans, metrics and log lines by OTLP where the standard variables name a receiver, and metrics for Prometheus where
/// the service listens. Where neither is so, nothing is built and nothing costs.
/// </summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/protocol/exporter/</remarks>
internal static class TelemetryExtensions
{
    private const string Own = "FuturesEos.*";

    /// <summary>Whether somebody takes spans.</summary>
    public static bool ExportsTraces(IHostApplicationBuilder builder) => IsWanted(builder.Configuration, "TRACES");

    /// <summary>Whether somebody takes or may ask for metrics.</summary>
    public static bool ExportsMetrics(IHostApplicationBuilder builder) =>
        HttpListener.IsOn(builder.Services) || IsWanted(builder.Configuration, "METRICS");

    /// <summary>Whether metrics can be asked for.</summary>
    public static bool HasPrometheus(IServiceProvider services) => services.GetService<PrometheusMark>() is not null;

    /// <summary>Builds what is wanted.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var (settings, isAsked) = (builder.Configuration, HttpListener.IsOn(builder.Services));
        var (traces, metrics, logs) = (ExportsTraces(builder), ExportsMetrics(builder), IsWanted(settings, "LOGS"));
        if (!traces && !metrics && !logs) return;

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService(builder.Environment.ApplicationName, serviceVersion: ServiceRun.Version)
            .AddEnvironmentVariableDetector()); // OTEL_SERVICE_NAME wins
        if (metrics)
        {
            telemetry.WithMetrics(meters => meters.AddMeter(Own)
                .AddRuntimeInstrumentation().AddProcessInstrumentation()
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation());
        }

        if (isAsked)
        {
            builder.Services.AddSingleton<PrometheusMark>();
            // a service's queries are about its own few instruments: whose they are is in the target's labels
            telemetry.WithMetrics(meters => meters.AddPrometheusExporter(prometheus =>
                (prometheus.ScopeInfoEnabled, prometheus.TargetInfoEnabled) = (false, false)));
        }

        if (traces)
        {
            telemetry.WithTracing(sources => sources.AddSource(Own)
                .AddAspNetCoreInstrumentation(requests => requests.Filter = IsNoProbe)
                .AddHttpClientInstrumentation());
        }

        if (Has(settings, "OTEL_EXPORTER_OTLP_ENDPOINT"))
        {
            telemetry.UseOtlpExporter();
            builder.Services.Configure<OpenTelemetryLoggerOptions>(lines => lines.IncludeFormattedMessage = true);
            return;
        }

        // a receiver of one kind alone
        if (traces) telemetry.WithTracing(spans => spans.AddOtlpExporter(to => Address(to, settings, "TRACES")));
        if (IsWanted(settings, "METRICS"))
            telemetry.WithMetrics(meters => meters.AddOtlpExporter(to => Address(to, settings, "METRICS")));
        if (logs)
            telemetry.WithLogging(
                lines => lines.AddOtlpExporter(to => Address(to, settings, "LOGS")),
                lines => lines.IncludeFormattedMessage = true);
    }

    private static void Address(OtlpExporterOptions options, IConfiguration settings, string signal)
    {
        options.Endpoint = new Uri(settings[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]!);
        if (settings[$"OTEL_EXPORTER_OTLP_{signal}_HEADERS"] is { Length: > 0 } headers) options.Headers = headers;
        if ((settings[$"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL"] ?? settings["OTEL_EXPORTER_OTLP_PROTOCOL"])
            == "http/protobuf")
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
    }

    private static bool IsNoProbe(HttpContext context) => context.Request.Path.Value is not (
        ServiceDefaultsExtensions.HealthPath or ServiceDefaultsExtensions.AlivePath
        or ServiceDefaultsExtensions.MetricsPath);

    private static bool IsWanted(IConfiguration settings, string signal) =>
        Has(settings, "OTEL_EXPORTER_OTLP_ENDPOINT") || Has(settings, $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");

    private static bool Has(IConfiguration settings, string variable) => !string.IsNullOrEmpty(settings[variable]);

    private sealed class PrometheusMark;
}
