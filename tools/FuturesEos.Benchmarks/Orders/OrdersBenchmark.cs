using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Benchmarks.Support;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults.Kafka;
using Npgsql;

namespace FuturesEos.Benchmarks.Orders;

/// <summary>
/// The order manager on decisions that all become orders: orders per second into PostgreSQL, offsets and outbox
/// included; and the ways to bring a batch into the database, each alone.
/// </summary>
internal static class OrdersBenchmark
{
    // as under load, and as of live signals
    private static readonly (int Rows, int Batches)[] Sizes = [(2_000, 15), (20, 200)];
    private const int Partitions = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(BenchRun run)
    {
        var decisions = run.Option("--decisions", 150_000);
        var rounds = run.Option("--rounds", 3);
        var kafka = new KafkaSettings($"127.0.0.1:{FreePort.Choose()}", new Dictionary<string, string>());
        PrivatePostgres? postgres = null;
        Process? broker = null;
        try
        {
            broker = Programs.Start(Installation.Executable("FuturesEos.Cli"), Path.Combine(run.Scratch, "broker.log"),
                [
                    "run", "broker", "--port", kafka.BootstrapServers.Split(':')[1],
                    "--data", Path.Combine(run.Scratch, "broker"),
                ]);
            postgres = await PrivatePostgres.StartAsync(
                new PrivatePostgresOptions { DataFolder = Path.Combine(run.Scratch, "postgres") });
            await Programs.RunAsync(
                Installation.Executable("FuturesEos.OrderManager"), ["migrate"],
                ("ConnectionStrings__futures", postgres.ConnectionString));
            await ExecuteAsync(postgres, "SELECT pg_drop_replication_slot('futures_outbox')"); // nobody reads it here
            var ways = await MeasureWritersAsync(postgres, rounds);
            List<double> rates = [];
            for (var round = 1; round <= rounds; round++)
            {
                rates.Add(await MeasureServiceAsync(kafka, postgres, run.Scratch, $"round{round}", decisions));
                Say($"round {round}: order manager {rates[^1]:0} orders/s");
            }

            var figures = ways.Select(
                way => string.Create(CultureInfo.InvariantCulture, $"\"{way.Name}\":{way.PerSecond:0}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $$"""{"bench":"orders","decisions":{{decisions}},"rounds":{{rounds}}"""
                    + $$""","orders_per_s":{{Figures.Median(rates):0}}"""
                    + $$""","writers":{ {{string.Join(',', figures)}} } }"""));
        }
        finally
        {
            if (broker is not null) await Programs.StopAsync(broker);
            if (postgres is not null)
            {
                await postgres.DisposeAsync();
                postgres.DeleteFiles();
            }
        }
    }

    private static async Task<List<(string Name, double PerSecond)>> MeasureWritersAsync(
        PrivatePostgres postgres, int rounds)
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        var rates = new Dictionary<string, List<double>>();
        var number = 0;
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (rows, count) in Sizes)
            {
                foreach (var (way, write) in OrderWriters.All)
                {
                    var batches = Enumerable.Range(0, count)
                        .Select(_ => OrderWriters.Batch(Enumerable.Range(0, rows).Select(_ => Decision(number++))))
                        .ToList();
                    var clock = Stopwatch.StartNew();
                    foreach (var batch in batches) await write(database, batch);
                    var name = $"{way}_{rows}";
                    if (!rates.TryGetValue(name, out var all)) rates.Add(name, all = []);
                    else all.Add(count * rows / clock.Elapsed.TotalSeconds); // the first warms up
                }
            }
        }

        var medians = rates.Select(way => (way.Key, Figures.Median(way.Value))).ToList();
        foreach (var (name, perSecond) in medians) Say($"{name,-12} {perSecond,8:0} orders/s, the database alone");
        return medians;
    }

    private static async Task<double> MeasureServiceAsync(
        KafkaSettings kafka, PrivatePostgres postgres, string scratch, string name, int decisions)
    {
        await ExecuteAsync(postgres, "TRUNCATE app.orders, app.outbox, app.consumer_offset; CHECKPOINT");
        Send(kafka, name, decisions);
        var service = Programs.Start(
            Installation.Executable("FuturesEos.OrderManager"), Path.Combine(scratch, name + ".log"),
            ["--prefix", name, "--group", name],
            ("ConnectionStrings__kafka", kafka.BootstrapServers),
            ("ConnectionStrings__futures", postgres.ConnectionString));
        try
        {
            await using var connection = new NpgsqlConnection(postgres.ConnectionString);
            await connection.OpenAsync();
            await using var progress = new NpgsqlCommand(
                "SELECT coalesce(sum(next_offset), 0)::bigint FROM app.consumer_offset", connection);
            double tenth = 0, tenthAt = 0;
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(20))
            {
                if (service.HasExited)
                    throw new InvalidOperationException($"the order manager ended with {service.ExitCode}");
                var taken = (long)(await progress.ExecuteScalarAsync())!;
                if (tenth == 0 && taken >= decisions / 10) (tenth, tenthAt) = (taken, clock.Elapsed.TotalSeconds);
                if (taken >= decisions * 9L / 10) return (taken - tenth) / (clock.Elapsed.TotalSeconds - tenthAt);
            }

            throw new TimeoutException(
                $"the order manager did not take {decisions} decisions in {Patience.TotalMinutes:0} minutes");
        }
        finally
        {
            await Programs.StopAsync(service);
        }
    }

    private static void Send(KafkaSettings kafka, string prefix, int decisions)
    {
        using (var admin = new AdminClientBuilder(kafka.Admin()).SetLogHandler((_, _) => { }).Build())
        {
            admin.CreateTopicsAsync(
            [
                new() { Name = Topics.Decisions(prefix), NumPartitions = Partitions, ReplicationFactor = 1 },
            ]).GetAwaiter().GetResult();
        }

        var config = kafka.Producer();
        config.QueueBufferingMaxMessages = 1_000_000;
        using var producer = new ProducerBuilder<byte[], byte[]>(config).Build();
        for (var n = 0; n < decisions; n++)
        {
            var json = new ArrayBufferWriter<byte>();
            var decision = Decision(n);
            decision.Write(json);
            producer.Produce(Topics.Decisions(prefix), new Message<byte[], byte[]>
            {
                Key = Encoding.ASCII.GetBytes(decision.Symbol), Value = json.WrittenSpan.ToArray(),
            });
        }

        producer.Flush(Patience);
    }

    // over the threshold, each by another signal
    private static Decision Decision(int n)
    {
        var signal = new Guid(n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        return new Decision(
            Contracts.Decisions.Decision.IdOf(signal), signal, $"S{n % 200}", DecisionAction.Buy,
            DecisionReason.AlignedSignals, 0.8m, 100.5m + (n % 1000), 1,
            1795168800000, 1795169100000, 1 + (n % 1000), 3, 1795168800000 + n);
    }

    private static async Task ExecuteAsync(PrivatePostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
        foreach (var statement in sql.Split(';'))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static void Say(string what) => Console.Error.WriteLine(what);
}
