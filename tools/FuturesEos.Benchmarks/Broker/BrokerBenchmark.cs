using System.Globalization;
using FuturesEos.Benchmarks.Support;

namespace FuturesEos.Benchmarks.Broker;

/// <summary>
/// The embedded broker (without fsync, as Kafka by default, and with it) and one node of Apache Kafka, in turn, by the
/// same clients and the same script. Prints the medians, the ratios, and one line of JSON.
/// </summary>
internal static class BrokerBenchmark
{
    private const string Start = "start, ms";
    private const string Memory = "idle memory, MiB";

    public static async Task RunAsync(BenchRun run)
    {
        var rounds = run.Option("--rounds", 3);
        var records = run.Option("--records", 600_000);
        Say("starting one Apache Kafka node and two embedded brokers");
        var cluster = await RealCluster.StartAsync(run.Shared, run.Scratch, brokers: 1);
        await using var node = new Node(cluster);
        await using var never = await Embedded.StartAsync("never", run.Scratch);
        await using var always = await Embedded.StartAsync("always", run.Scratch);
        Contestant[] all = [node, never, always];
        var script = new Script(cluster, run, records, run.Option("--signals", 300_000));
        foreach (var broker in all) await script.LoadAsync(broker);
        var figures = all.ToDictionary(broker => broker, _ => new Dictionary<string, List<double>>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var broker in all)
            {
                Add(figures[broker], Start, await broker.RestartAsync());
                Add(figures[broker], Memory, broker.MemoryMiB);
                foreach (var (name, value) in await script.RunAsync(broker)) Add(figures[broker], name, value);
                var said = figures[broker].Select(f => $"{f.Key} {f.Value[^1]:0.#}");
                Say($"round {round}: {broker.Name}: {string.Join(", ", said)}");
            }
        }

        var medians = all.Select(broker =>
            (broker.Name, figures[broker].ToDictionary(f => f.Key, f => Figures.Median(f.Value))));
        Report(rounds, [.. medians]);
    }

    private static void Add(Dictionary<string, List<double>> figures, string name, double value)
    {
        if (!figures.TryGetValue(name, out var values)) figures[name] = values = [];
        values.Add(value);
    }

    private static void Report(int rounds, (string Name, Dictionary<string, double> Medians)[] all)
    {
        var (kafka, never, always) = (all[0].Medians, all[1].Medians, all[2].Medians);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{"",-34} {all[0].Name,14} {all[1].Name,22} {"ratio",7} {all[2].Name,22}"));
        foreach (var name in kafka.Keys)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-34} {kafka[name],14:0.0} {never[name],22:0.0} "
                    + $"{never[name] / kafka[name],7:0.00} {always[name],22:0.0}"));
        }

        var cases = kafka.Keys.Select(name => string.Create(CultureInfo.InvariantCulture,
            $$"""{"case":"{{name}}","kafka":{{kafka[name]:0.##}},"never":{{never[name]:0.##}}"""
                + $$""","always":{{always[name]:0.##}},"ratio":{{never[name] / kafka[name]:0.000}}}"""));
        Console.WriteLine($$"""{"bench":"broker","rounds":{{rounds}},"cases":[{{string.Join(',', cases)}}]}""");
    }

    private static void Say(string what) => Console.Error.WriteLine(what);
}
