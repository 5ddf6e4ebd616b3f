using System.Text;
using FuturesEos.Contracts.Decisions;
using FuturesEos.SignalGenerator;
using FuturesEos.Tests.Architecture;
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
        var kinds = await CompareAsync(records);
        string[] expected =
        [
            "HOLD", "BUY", "STRONG_BUY", "SELL", "STRONG_SELL", "X", "MALFORMED", "INVALID_FIELD", "KEY_MISMATCH",
            "TIMEFRAME_MISMATCH", "LATE",
        ];
        foreach (var kind in expected) Assert.True(kinds.GetValueOrDefault(kind) >= 50,
            $"{kind} {kinds.GetValueOrDefault(kind)} times: the records do not show it");
    }

    /// <summary>
    /// In the contract's order: among equal timestamps Kafka Streams itself takes the topics in no certain order, and
    /// in the sample the candles of all timeframes end together.
    /// </summary>
    [Fact]
    public async Task the_sample_gives_the_decisions_of_the_java_peer()
    {
        var sample = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "samples"), "*.csv").Single();
        var records = new List<PeerRecord>();
        await foreach (var signal in TradeFileSource.Open(sample, symbol: null, skipBad: false)
            .ReadAsync(TestContext.Current.CancellationToken))
        {
            var record = OutgoingRecord.Of(signal);
            records.Add(new PeerRecord(record.Timeframe, record.Key, record.Value, record.TimestampMs));
        }

        var kinds = await CompareAsync(records);
        Assert.Equal(3_413, records.Count);
        Assert.DoesNotContain("LATE", kinds.Keys);
    }

    private static async Task<Dictionary<string, int>> CompareAsync(List<PeerRecord> records)
    {
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
                differences.Add(
                    $"{i}: {Encoding.UTF8.GetString(records[i].Value ?? [])} key "
                        + $"{Encoding.UTF8.GetString(records[i].Key ?? [])} at {records[i].TimestampMs}\n  ours "
                        + $"{ours}\n  peer {theirs[i]}");
        }

        Assert.True(
            differences.Count == 0, $"{differences.Count} differences\n" + string.Join('\n', differences.Take(10)));
        return kinds;
    }

    private static string Outcome(string line) => line.Split(' ', 5) switch
    {
        ["D", var key, var timestamp, var signalId, var json] => Decision(key, timestamp, signalId, json),
        ["L", var reason, ..] => reason,
        _ => "X",
    };

    private static string Decision(string key, string timestamp, string signalId, string json)
    {
        Assert.True(
            DecisionReader.TryRead(Encoding.UTF8.GetBytes(json), out var decision, out var error), $"{error}: {json}");
        Assert.Equal((decision.Symbol, $"{decision.Timestamp}", $"{decision.SignalId}"), (key, timestamp, signalId));
        return OurFold.Text(decision);
    }

    private static string ActionOf(string line) =>
        line.Split("\"action\":\"") is [_, var rest] ? rest[..rest.IndexOf('"')] : line;
}
