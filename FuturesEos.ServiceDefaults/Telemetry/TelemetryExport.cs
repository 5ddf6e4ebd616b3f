using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FuturesEos.ServiceDefaults.Telemetry;

/// <summary>
/// Sends spans, metrics and log lines by OTLP when the standard variables name a receiver; else nothing is built,
/// nothing costs. A receiver that does not answer costs nothing either: what it does not take is dropped.
/// </summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/protocol/exporter/</remarks>
internal sealed class TelemetryExport : IDisposable
{
    private const string Sources = "FuturesEos.*";
    private const string Npgsql = "Npgsql"; // the driver's own source and meter

    private readonly TracerProvider? _tracer;
    private readonly MeterProvider? _meter;

    private TelemetryExport(ResourceBuilder resource)
    {
        if (IsWanted("TRACES"))
            _tracer = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource).AddSource(Sources, Npgsql).AddOtlpExporter().Build();
        if (IsWanted("METRICS"))
            _meter = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource).AddMeter(Sources, Npgsql, "System.Runtime").AddOtlpExporter().Build();
    }

    /// <summary>Starts what the variables ask for.</summary>
    /// <param name="service">Name of the service, unless <c>OTEL_SERVICE_NAME</c> says otherwise.</param>
    /// <param name="version">Its version.</param>
    public static TelemetryExport Start(string service, string version) => new(ResourceOf(service, version));

    /// <summary>Log lines too, when the variables ask for them.</summary>
    public static void AddLogs(ILoggingBuilder logging, string service, string version)
    {
        if (!IsWanted("LOGS")) return;
        logging.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.SetResourceBuilder(ResourceOf(service, version)).AddOtlpExporter();
        });
    }

    public void Dispose()
    {
        _tracer?.Dispose();
        _meter?.Dispose();
    }

    private static ResourceBuilder ResourceOf(string service, string version) =>
        ResourceBuilder.CreateDefault().AddService(service, serviceVersion: version).AddEnvironmentVariableDetector();

    private static bool IsWanted(string signal) =>
        Has("OTEL_EXPORTER_OTLP_ENDPOINT") || Has($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");

    private static bool Has(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
