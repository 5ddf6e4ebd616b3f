namespace FuturesEos.Tests.Telemetry;

/// <summary>A span as a receiver sees it.</summary>
internal sealed record OtlpSpan(
    string Service,
    string Scope,
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    int Kind,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<(string TraceId, string SpanId)> Links)
{
    public const int Internal = 1;
    public const int Producer = 4;
    public const int Consumer = 5;

    /// <summary>From <c>ExportTraceServiceRequest</c> (opentelemetry/proto/trace/v1/trace.proto).</summary>
    public static IEnumerable<OtlpSpan> Read(ProtobufMessage request) =>
        from resource in request.Messages(1)
        let service = AttributesOf(resource.Message(1)!, 1).GetValueOrDefault("service.name", "")
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new OtlpSpan(
            service,
            scope.Message(1)?.Text(1) ?? "", span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), (int)span.Number(6),
            AttributesOf(span, 9), [.. span.Messages(13).Select(link => (link.Hex(1), link.Hex(2)))]);

    // KeyValue { key = 1, value = 2 }; AnyValue { string = 1, bool = 2, int = 3, … }
    private static Dictionary<string, string> AttributesOf(ProtobufMessage message, int field) => message.Messages(
        field).ToDictionary(
        pair => pair.Text(1),
        pair => pair.Message(2) is { } value
            ? value.Has(1) ? value.Text(1) : $"{value.Number(value.Has(3) ? 3 : 2)}" : "");
}
