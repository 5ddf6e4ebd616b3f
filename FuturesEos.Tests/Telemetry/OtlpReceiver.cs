using System.Buffers.Binary;
using System.Collections.Concurrent;
using FuturesEos.LocalPostgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace FuturesEos.Tests.Telemetry;

/// <summary>Takes OTLP as a collector or Aspire's dashboard does, by gRPC and by HTTP, and keeps what came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcPrefix = 5;

    private readonly WebApplication _application;
    private readonly int _http = FreePort.Choose();
    private readonly int _grpc = FreePort.Choose();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(_http, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.ListenLocalhost(_grpc, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddLogging();
        _application = builder.Build();
        _application.Run(TakeAsync);
    }

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>Names of instruments, each with its service.</summary>
    public ConcurrentDictionary<(string Service, string Name), bool> Metrics { get; } = new();

    /// <summary>Log lines.</summary>
    public ConcurrentQueue<string> Logs { get; } = new();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._application.StartAsync();
        return receiver;
    }

    /// <summary>What a program needs to send here: the variables that Aspire gives.</summary>
    public Dictionary<string, string?> Variables(string service, bool grpc) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://localhost:{(grpc ? _grpc : _http)}",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = grpc ? "grpc" : "http/protobuf",
        ["OTEL_SERVICE_NAME"] = service,
        ["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=one",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_TRACES_SAMPLER"] = "always_on",
    };

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray().AsMemory();
        var isGrpc = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        if (isGrpc)
        {
            // 00 00 00 01 2c …: not compressed, 300 bytes
            Assert(bytes.Span[0] == 0
                && BinaryPrimitives.ReadInt32BigEndian(bytes.Span[1..]) == bytes.Length - GrpcPrefix);
            bytes = bytes[GrpcPrefix..];
        }

        Keep(context.Request.Path.Value!, new ProtobufMessage(bytes));
        context.Response.ContentType = isGrpc ? "application/grpc" : "application/x-protobuf";
        if (!isGrpc) return;
        await context.Response.Body.WriteAsync(new byte[GrpcPrefix]); // an empty answer
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Keep(string path, ProtobufMessage request)
    {
        if (path is "/v1/traces" or "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        {
            foreach (var span in OtlpSpan.Read(request)) Spans.Enqueue(span);
        }
        else if (path is "/v1/metrics" or "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")
        {
            foreach (var (service, metric) in Below(request)) Metrics[(service, metric.Text(1))] = true;
        }
        else if (path is "/v1/logs" or "/opentelemetry.proto.collector.logs.v1.LogsService/Export")
        {
            foreach (var (_, record) in Below(request)) Logs.Enqueue(record.Message(5)!.Text(1));
        }
        else
        {
            throw new InvalidOperationException($"OTLP has no {path}");
        }
    }

    // all three: resources = 1 { resource = 1, scopes = 2 { scope = 1, items = 2 } }
    private static IEnumerable<(string Service, ProtobufMessage Item)> Below(ProtobufMessage request) =>
        from resource in request.Messages(1)
        let service = resource.Message(1)!.Messages(1).First(a => a.Text(1) == "service.name").Message(2)!.Text(1)
        from scope in resource.Messages(2)
        from item in scope.Messages(2)
        select (service, item);

    private static void Assert(bool condition)
    {
        if (!condition) throw new FormatException("no whole, uncompressed gRPC message");
    }
}
