using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Benchmarks.Support;
using FuturesEos.Cli.Pipeline;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Pipeline;

/// <summary>
/// Drains the same signals by Kafka Streams on one Apache Kafka broker and by the processor on the embedded broker, in
/// turn, at 100 ms commits, RocksDB and changelog in both; prints the medians and their ratio.
/// Both are measured by the same consumer.
/// </summary>
internal static class PipelineBenchmark
{
    private const int Partitions = 3;
    private static readonly string[] SignalTopics = ["trading.signal.1m", "trading.signal.5m", "trading.signal.15m"];

    public static async Task RunAsync(BenchRun run)
    {
        var signals = run.Option("--signals", 300_000);
        var rounds = run.Option("--rounds", 3);
        var embedded = new KafkaSettings($"127.0.0.1:{FreePort.Choose()}", new Dictionary<string, string>());
        Process? broker = null;
        try
        {
            Say("starting one Apache Kafka broker and the embedded one");
            await using var real = await RealCluster.StartAsync(run.Shared, run.Scratch, brokers: 1);
            broker = Programs.Start(Installation.Executable("FuturesEos.Cli"), Path.Combine(run.Scratch, "broker.log"),
                [
                    "run", "broker", "--port", embedded.BootstrapServers.Split(':')[1],
                    "--data", Path.Combine(run.Scratch, "broker"),
                ]);
            Say($"loading {signals} signals (5 % duplicates, 1 % bad) into both");
            await real.Peer.CreateTopicsAsync(Enumerable.Range(1, rounds).Select(round => $"peer{round}"));
            var expected = await real.Peer.LoadAsync(signals);
            await CopyAsync(real.Settings, embedded);

            List<(Drain Drain, double Memory)> theirs = [], ours = [];
            for (var round = 1; round <= rounds; round++)
            {
                theirs.Add(await MeasureAsync(real.Peer.Start($"peer{round}", run.Scratch), expected));
                Say($"round {round}: Kafka Streams   {theirs[^1].Drain.PerSecond,8:0} signals/s, "
                    + $"{theirs[^1].Memory:0} MiB");
                ours.Add(await MeasureAsync(Engine.StartOurs(embedded, $"ours{round}", run.Scratch), expected));
                Say($"round {round}: FuturesEos      {ours[^1].Drain.PerSecond,8:0} signals/s, "
                    + $"{ours[^1].Memory:0} MiB");
            }

            Report(signals, theirs, ours);
        }
        finally
        {
            if (broker is not null) await Programs.StopAsync(broker);
        }
    }

    private static async Task<(Drain Drain, double Memory)> MeasureAsync(Engine engine, long expected)
    {
        await using (engine)
        {
            var drain = await engine.DrainAsync(expected);
            return (drain, engine.PeakMemoryMiB);
        }
    }

    private static void Report(
        int signals, List<(Drain Drain, double Memory)> theirs, List<(Drain Drain, double Memory)> ours)
    {
        var their = Figures.Median(theirs.Select(t => t.Drain.PerSecond));
        var our = Figures.Median(ours.Select(t => t.Drain.PerSecond));
        var theirMemory = Figures.Median(theirs.Select(t => t.Memory));
        var ourMemory = Figures.Median(ours.Select(t => t.Memory));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"bench":"pipeline","signals":{{signals}},"rounds":{{ours.Count}}"""
                + $$""","kafka_streams_per_s":{{their:0}},"futures_eos_per_s":{{our:0}},"ratio":{{our / their:0.00}}"""
                + $$""","kafka_streams_mib":{{theirMemory:0}},"futures_eos_mib":{{ourMemory:0}}}"""));
    }

    /// <summary>Brings the very records of one cluster to the other: key, value, timestamp, partition.</summary>
    private static async Task CopyAsync(KafkaSettings from, KafkaSettings to)
    {
        using (var admin = new AdminClientBuilder(to.Admin()).Build())
        {
            await Waiting.ForAsync(
                () => admin.GetMetadata(TimeSpan.FromSeconds(2)).Brokers.Count > 0, "the embedded broker");
            await admin.CreateTopicsAsync(SignalTopics.Select(topic => new TopicSpecification
            {
                Name = topic, NumPartitions = Partitions, ReplicationFactor = 1,
                Configs = new() { ["retention.ms"] = "-1" },
            }));
        }

        using var consumer = new ConsumerBuilder<byte[], byte[]>(from.Consumer("bench-copy")).Build();
        using var producer = new ProducerBuilder<byte[], byte[]>(to.Producer()).Build();
        consumer.Assign(SignalTopics.SelectMany(topic =>
            Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning))));
        var failed = 0;
        for (var open = SignalTopics.Length * Partitions; open > 0;)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(10))
                ?? throw new TimeoutException("the loaded signals cannot be read");
            if (record.IsPartitionEOF)
            {
                open--;
                continue;
            }

            var message = new Message<byte[], byte[]>
            {
                Key = record.Message.Key, Value = record.Message.Value, Timestamp = record.Message.Timestamp,
            };
            Produce(
                producer, new TopicPartition(record.Topic, record.Partition), message,
                report => failed += report.Error.IsError ? 1 : 0);
        }

        producer.Flush(TimeSpan.FromSeconds(60));
        if (failed > 0) throw new InvalidOperationException($"{failed} signals did not reach the embedded broker");
    }

    private static void Produce(
        IProducer<byte[], byte[]> producer,
        TopicPartition partition,
        Message<byte[], byte[]> message,
        Action<DeliveryReport<byte[], byte[]>> report)
    {
        while (true)
        {
            try
            {
                producer.Produce(partition, message, report);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(10));
            }
        }
    }

    private static void Say(string what) => Console.Error.WriteLine(what);
}
