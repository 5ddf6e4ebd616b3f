using System.Text;
using FuturesEos.Contracts.Decisions;
using Xunit;

namespace FuturesEos.Tests.Conformance;

public class PeerConformanceTests
{
    private const int Records = 10_000;

    [Fact]
    public async Task the_same_records_give_the_same_outcomes_as_the_java_peer_one_by_one()
    {
        var odd = new OddSignals(seed: 7);
        var records = Enumerable.Range(0, Records).Select(_ => odd.Next()).ToList();
        var theirs = await JavaPeer.FoldAsync(records);
        Assert.Equal(records.Count, theirs.Length);

        var fold = new OurFold();
        var kinds = new Dictionary<string, int>();
        var differences = new List<string>();
        for (var i = 0; i < records.Count; i++)
        {
            var ours = fold.Take(records[i]);
            var peer = Outcome(theirs[i]);
            var kind = ours.Split(' ')[0] is "Decision" ? ActionOf(theirs[i]) : ours;
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            if (ours != peer)
                differences.Add($"{i}: {Encoding.UTF8.GetString(records[i].Value ?? [])} key {Encoding.UTF8.GetString(records[i].Key ?? [])} at {records[i].TimestampMs}\n  ours {ours}\n  peer {theirs[i]}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences\n" + string.Join('\n', differences.Take(10)));
        string[] expected =
        [
            "HOLD", "BUY", "STRONG_BUY", "SELL", "STRONG_SELL", "X", "MALFORMED", "INVALID_FIELD", "KEY_MISMATCH", "TIMEFRAME_MISMATCH", "LATE",
        ];
        foreach (var kind in expected) Assert.True(kinds.GetValueOrDefault(kind) >= 50, $"{kind} {kinds.GetValueOrDefault(kind)} times: the records do not show it");
    }

    private static string Outcome(string line) => line.Split(' ', 5) switch
    {
        ["D", var key, var timestamp, var signalId, var json] => Decision(key, timestamp, signalId, json),
        ["L", var reason, ..] => reason,
        _ => "X",
    };

    private static string Decision(string key, string timestamp, string signalId, string json)
    {
        Assert.True(DecisionReader.TryRead(Encoding.UTF8.GetBytes(json), out var decision, out var error), $"{error}: {json}");
        Assert.Equal((decision.Symbol, $"{decision.Timestamp}", $"{decision.SignalId}"), (key, timestamp, signalId));
        return OurFold.Text(decision);
    }

    private static string ActionOf(string line) => line.Split("\"action\":\"") is [_, var rest] ? rest[..rest.IndexOf('"')] : line;
}
