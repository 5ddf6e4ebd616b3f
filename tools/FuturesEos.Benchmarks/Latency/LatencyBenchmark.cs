using System.Globalization;
using FuturesEos.Benchmarks.Support;
using FuturesEos.Cli.Supervision;
using FuturesEos.LocalPostgres;

namespace FuturesEos.Benchmarks.Latency;

/// <summary>
/// The whole pipeline on Apache Kafka at a steady rate of signals: how long from a signal to its committed decision,
/// order and order event, stage by stage. What led to an order event counts;
/// every time is a clock reading of this machine.
/// </summary>
internal static class LatencyBenchmark
{
    private const int WarmUpSeconds = 20;

    public static async Task RunAsync(BenchRun run)
    {
        var rate = run.Option("--rate", 200);
        var seconds = run.Option("--seconds", 60);
        var brokers = run.Option("--brokers", 3);
        PrivatePostgres? postgres = null;
        try
        {
            Say($"starting {brokers} Apache Kafka brokers, PostgreSQL and the pipeline");
            await using var kafka = await RealCluster.StartAsync(run.Shared, run.Scratch, brokers);
            // the database then knows when each order was committed
            postgres = await PrivatePostgres.StartAsync(new PrivatePostgresOptions
            {
                DataFolder = Path.Combine(run.Scratch, "postgres"), Settings = ["track_commit_timestamp=on"],
            });
            await using var host = await PipelineHost.StartServersAsync(
                new PipelineSettings
                {
                    DataFolder = run.Scratch, LogFolder = run.Scratch, BootstrapServers = kafka.BootstrapServers,
                    Postgres = postgres.ConnectionString, Rate = rate, Say = Say,
                },
                CancellationToken.None);
            await host.StartServicesAsync(ServiceSizes.Usual, CancellationToken.None);
            using var watch = new CommittedWatch(kafka.Settings);
            await host.StartGeneratorAsync(CancellationToken.None);
            Say($"{rate} signals/s: {WarmUpSeconds} s to warm up, {seconds} s measured");
            await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds));
            var from = DateTime.UtcNow;
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            var orders = await PlacedOrder.ReadAsync(postgres.ConnectionString, from, DateTime.UtcNow);
            await Waiting.ForAsync(
                () => orders.All(order => watch.Events.ContainsKey(order.Id)), "the event of every order");
            Print(Stages(orders, watch), rate, brokers, orders.Count, await CommitTimes.AskAsync(host));
        }
        finally
        {
            if (postgres is not null)
            {
                await postgres.DisposeAsync();
                postgres.DeleteFiles();
            }
        }
    }

    private static List<(string Name, double[] Ms)> Stages(IReadOnlyList<PlacedOrder> orders, CommittedWatch watch)
    {
        double[] Times(Func<PlacedOrder, DateTime> begin, Func<PlacedOrder, DateTime> end) =>
            [.. orders.Select(order => (end(order) - begin(order)).TotalMilliseconds)];
        DateTime Signal(PlacedOrder order) => order.SignalAt;
        DateTime Decision(PlacedOrder order) => watch.Decisions[order.DecisionId];
        DateTime Order(PlacedOrder order) => order.CommittedAt;
        DateTime Event(PlacedOrder order) => watch.Events[order.Id];
        return
        [
            ("signal_to_decision", Times(Signal, Decision)),
            ("decision_to_order", Times(Decision, Order)),
            ("order_to_event", Times(Order, Event)),
            ("signal_to_event", Times(Signal, Event)),
        ];
    }

    private static void Print(
        List<(string Name, double[] Ms)> stages, int rate, int brokers, int orders, string commits)
    {
        foreach (var (name, ms) in stages)
        {
            Say(string.Create(CultureInfo.InvariantCulture,
                $"{name,-20} p50 {Of(ms, 50),7:0.0}  p95 {Of(ms, 95),7:0.0}  p99 {Of(ms, 99),7:0.0} ms"));
        }

        var slowest = stages[..^1].MaxBy(stage => Of(stage.Ms, 50)).Name;
        Say($"slowest stage: {slowest}; mean times of a transaction: {commits}");
        var figures = stages.Select(stage => string.Create(CultureInfo.InvariantCulture,
            $"\"{stage.Name}\":{{\"p50_ms\":{Of(stage.Ms, 50):0.0},"
                + $"\"p95_ms\":{Of(stage.Ms, 95):0.0},\"p99_ms\":{Of(stage.Ms, 99):0.0}}}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"bench":"latency","brokers":{{brokers}},"signals_per_s":{{rate}},"orders":{{orders}}"""
                + $$""",{{string.Join(',', figures)}},"slowest":"{{slowest}}"}"""));
    }

    private static double Of(double[] values, double hundredths) => Figures.Percentile(values, hundredths);

    private static void Say(string what) => Console.Error.WriteLine(what);
}
