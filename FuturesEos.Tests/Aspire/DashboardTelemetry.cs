using System.Text.Json;

namespace FuturesEos.Tests.Aspire;

/// <summary>What the dashboard has received, by its telemetry API.</summary>
/// <param name="dashboard">Any of its addresses.</param>
internal sealed class DashboardTelemetry(Uri dashboard) : IDisposable
{
    /// <summary>Given to the dashboard at its start.</summary>
    public const string ApiKey = "futures-eos-tests";

    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(dashboard.GetLeftPart(UriPartial.Authority)),
        DefaultRequestHeaders = { { "x-api-key", ApiKey } },
    };

    /// <summary>Whether a trace has, for each of these, a span whose name begins so.</summary>
    public async Task<bool> HasTraceAsync(IReadOnlyCollection<string> prefixes)
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync("/api/telemetry/traces?limit=1000"));
        return SpansIn(answer.RootElement).ToLookup(span => span.TraceId, span => span.Name)
            .Any(trace => prefixes.All(prefix => trace.Any(name => name.StartsWith(prefix, StringComparison.Ordinal))));
    }

    // OTLP's JSON: resourceSpans[].scopeSpans[].spans[], each with traceId and name
    private static IEnumerable<(string TraceId, string Name)> SpansIn(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                return element.EnumerateArray().SelectMany(SpansIn);
            case JsonValueKind.Object when element.TryGetProperty("traceId", out var id)
                && element.TryGetProperty("name", out var name):
                return [(id.GetString() ?? "", name.GetString() ?? "")];
            case JsonValueKind.Object:
                return element.EnumerateObject().SelectMany(property => SpansIn(property.Value));
            default:
                return [];
        }
    }

    public void Dispose() => _http.Dispose();
}
