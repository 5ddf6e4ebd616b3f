using System.Globalization;
using FuturesEos.Benchmarks.Support;

namespace FuturesEos.Benchmarks.Relay;

/// <summary>
/// Debezium and our relay on the same rows, brokers and PostgreSQL, in turn: drain of the rows, then latency from a
/// row's commit to its committed record, and the largest resident set. Each has a slot of its own on the one outbox,
/// made before the rows are written.
/// </summary>
internal static class RelayBenchmark
{
    public static async Task RunAsync(BenchRun run)
    {
        var rows = run.Option("--rows", 100_000);
        var rounds = run.Option("--rounds", 3);
        var brokers = run.Option("--brokers", 3);
        Say($"starting {brokers} Apache Kafka brokers, PostgreSQL and a Connect worker");
        await using var rig = await OutboxRig.StartAsync(run.Shared, run.Scratch, brokers);
        List<Round> theirs = [], ours = [];
        for (var round = 1; round <= rounds; round++)
        {
            var (debezium, relay) = ($"dbz{round}", $"relay{round}");
            await rig.MakeSlotAsync(debezium);
            await rig.MakeSlotAsync(relay);
            await rig.WriteAsync(rows);
            var expected = rows;
            async Task TakeTurnAsync(bool isOurs)
            {
                await using var contender = isOurs ? rig.StartRelay(relay) : await rig.StartDebeziumAsync(debezium);
                (isOurs ? ours : theirs).Add(await contender.MeasureAsync(expected));
                expected += RelayContender.LiveRows; // the next reads these too
                Say($"round {round}: {(isOurs ? "relay   " : "Debezium")} {(isOurs ? ours : theirs)[^1].Text("rows")}");
            }

            // who is first takes turns too
            await TakeTurnAsync(round % 2 == 0);
            await TakeTurnAsync(round % 2 != 0);
        }

        Round their = Round.Median(theirs), our = Round.Median(ours);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"bench":"relay","brokers":{{brokers}},"rows":{{rows}},"rounds":{{rounds}}"""
                + $$""","debezium":{{their.Json("rows_per_s")}},"futures_eos":{{our.Json("rows_per_s")}}"""
                + $$""","rows_ratio":{{our.PerSecond / their.PerSecond:0.00}}"""
                + $$""","p99_ratio":{{our.P99Ms / their.P99Ms:0.00}},"memory_ratio":{{our.MiB / their.MiB:0.00}}}"""));
    }

    private static void Say(string what) => Console.Error.WriteLine(what);
}
