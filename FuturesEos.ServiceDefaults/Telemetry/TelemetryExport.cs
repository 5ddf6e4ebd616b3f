using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FuturesEos.ServiceDefaults.Telemetry;

/// <summary>Sends spans and metrics by OTLP when the standard variables name a receiver; else nothing is built, nothing costs.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly TracerProvider _tracer;
    private readonly MeterProvider _meter;

    private TelemetryExport(string service, string version)
    {
        var resource = ResourceBuilder.CreateDefault().AddService(service, serviceVersion: version).AddEnvironmentVariableDetector();
        _tracer = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource).AddSource("FuturesEos.*", "Npgsql").AddOtlpExporter().Build();
        _meter = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource).AddMeter("FuturesEos.*", "Npgsql", "System.Runtime").AddOtlpExporter().Build();
    }

    public static TelemetryExport? Start(string service, string version) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)) ? null : new TelemetryExport(service, version);

    public void Dispose()
    {
        _tracer.Dispose();
        _meter.Dispose();
    }
}
