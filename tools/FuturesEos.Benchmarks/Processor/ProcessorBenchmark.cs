using System.Globalization;
using System.Text.Json;
using FuturesEos.Benchmarks.Support;

namespace FuturesEos.Benchmarks.Processor;

/// <summary>
/// Kafka Streams and our processor on the same Apache Kafka brokers, in turn: drain of the same signals, then latency
/// of live ones from the warm engine, and the largest resident set. Prints the medians and their ratios.
/// </summary>
internal static class ProcessorBenchmark
{
    private const int LiveRate = 500;
    private const int WarmSeconds = 20;
    private const int LiveSeconds = 60;
    private const int LiveSignals = LiveRate * (WarmSeconds + LiveSeconds);

    public static async Task RunAsync(BenchRun run)
    {
        var signals = run.Option("--signals", 300_000);
        var rounds = run.Option("--rounds", 3);
        var brokers = run.Option("--brokers", 3);
        Say($"starting {brokers} Apache Kafka brokers");
        await using var kafka = await RealCluster.StartAsync(run.Shared, run.Scratch, brokers);
        string[] names = [.. Enumerable.Range(1, rounds).SelectMany(round => new[] { $"peer{round}", $"ours{round}" })];
        await kafka.Peer.CreateTopicsAsync(names);
        Say($"loading {signals} signals (5 % duplicates, 1 % bad)");
        var expected = await kafka.Peer.LoadAsync(signals);

        List<Round> theirs = [], ours = [];
        for (var round = 1; round <= rounds; round++)
        {
            theirs.Add(await MeasureAsync(kafka, kafka.Peer.Start($"peer{round}", run.Scratch), expected));
            Say($"round {round}: Kafka Streams  {theirs[^1].Text("signals")}");
            expected += LiveSignals; // the live signals stay in the topics: the next engine drains them too
            ours.Add(await MeasureAsync(
                kafka, Engine.StartOurs(kafka.Settings, $"ours{round}", run.Scratch), expected));
            Say($"round {round}: FuturesEos     {ours[^1].Text("signals")}");
            expected += LiveSignals;
        }

        Round their = Round.Median(theirs), our = Round.Median(ours);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"bench":"processor","brokers":{{brokers}},"signals":{{signals}},"rounds":{{rounds}}"""
                + $$""","kafka_streams":{{their.Json("per_s")}},"futures_eos":{{our.Json("per_s")}}"""
                + $$""","drain_ratio":{{our.PerSecond / their.PerSecond:0.00}}"""
                + $$""","p99_ratio":{{our.P99Ms / their.P99Ms:0.00}},"memory_ratio":{{our.MiB / their.MiB:0.00}}}"""));
    }

    private static async Task<Round> MeasureAsync(RealCluster kafka, Engine engine, long expected)
    {
        await using (engine)
        {
            var drain = await engine.DrainAsync(expected);
            await LiveAsync(WarmSeconds); // brokers that have just served a backlog compile what single records need
            using var live = JsonDocument.Parse(await LiveAsync(LiveSeconds));
            double Ms(string name) => live.RootElement.GetProperty(name).GetDouble();
            Task<string> LiveAsync(int seconds) => kafka.Peer.LatencyAsync(engine.Topic, LiveRate, seconds);
            return new Round(drain.PerSecond, Ms("p50_ms"), Ms("p99_ms"), engine.PeakMemoryMiB);
        }
    }

    private static void Say(string what) => Console.Error.WriteLine(what);
}
