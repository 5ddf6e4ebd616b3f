using System.Text.Json;

namespace FuturesEos.Tests.PipelineChaos;

/// <summary>What tests look at of <c>eos chaos --json</c>.</summary>
internal sealed record ChaosOutcome(
    bool ExactlyOnce, Dictionary<string, int> Kills,
    long Read, long Duplicates, long DeadLetters, long Events, IReadOnlyList<string> Failures)
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
            [.. root.GetProperty("failures").EnumerateArray().Select(failure => failure.GetString()!)]);
    }
}
