using System.Text.Json;

namespace FuturesEos.Tests.PipelineChaos;

/// <summary>What tests look at of <c>eos chaos --json</c>.</summary>
internal sealed record ChaosOutcome(
    bool ExactlyOnce, Dictionary<string, int> Kills,
    long Read, long Duplicates, long DeadLetters, long Events, IReadOnlyList<string> Failures,
    IReadOnlyList<(string Name, TimeSpan End, TimeSpan? Back)> Faults)
{
    public static ChaosOutcome Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var signals = root.GetProperty("signals");
        return new ChaosOutcome(
            root.GetProperty("exactly_once").GetBoolean(),
            root.GetProperty("kills").EnumerateObject().ToDictionary(kill => kill.Name, kill => kill.Value.GetInt32()),
            signals.GetProperty("read").GetInt64(),
            signals.GetProperty("duplicates").GetInt64(),
            signals.GetProperty("dead_letters").GetInt64(),
            root.GetProperty("events").GetProperty("committed").GetInt64(),
            [.. root.GetProperty("failures").EnumerateArray().Select(failure => failure.GetString()!)],
            [.. root.GetProperty("faults").EnumerateArray().Select(Fault)]);
    }

    private static (string Name, TimeSpan End, TimeSpan? Back) Fault(JsonElement row)
    {
        var end = row.GetProperty("at").GetDouble() + row.GetProperty("seconds").GetDouble();
        var after = row.GetProperty("recovered_after");
        return ($"{row.GetProperty("kind")} {row.GetProperty("component")}",
            TimeSpan.FromSeconds(end),
            after.ValueKind == JsonValueKind.Null ? null : TimeSpan.FromSeconds(end + after.GetDouble()));
    }
}
