using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Pipeline;

/// <summary>
/// Drains the same signals by Kafka Streams on one Apache Kafka broker and by the processor on the embedded broker, in turn, at
/// 100 ms commits, RocksDB and changelog in both; prints the medians and their ratio. Both are measured by the same consumer.
/// </summary>
internal static partial class PipelineBenchmark
{
    private const int Partitions = 3;
    private const int KafkaPort = 28092;
    private static readonly string[] SignalTopics = ["trading.signal.1m", "trading.signal.5m", "trading.signal.15m"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string[] args)
    {
        var signals = Number(args, "--signals", 300_000);
        var rounds = Number(args, "--rounds", 3);
        if (Programs.Shared is not { } shared)
        {
            Console.Error.WriteLine("bench pipeline: needs ../shared/kafka and ../shared/peers beside the repository: nothing to measure against");
            return 3;
        }

        var scratch = Directory.CreateTempSubdirectory("eos-bench-").FullName;
        (string, string)[] environment = [("KAFKA_DATA", Path.Combine(scratch, "kafka")), ("KAFKA_PORT", KafkaPort.ToString(CultureInfo.InvariantCulture))];
        var cluster = Path.Combine(shared, "kafka", "cluster");
        var peer = Path.Combine(shared, "peers", "peer");
        var brokerPort = FreePort();
        Process? broker = null;
        try
        {
            Say("starting one Apache Kafka broker and the embedded one");
            var real = await Programs.RunAsync(cluster, ["start", "1"], environment);
            broker = Programs.Start(Programs.Ours("FuturesEos.Cli"), Path.Combine(scratch, "broker.log"),
                ["run", "broker", "--port", brokerPort.ToString(CultureInfo.InvariantCulture), "--data", Path.Combine(scratch, "broker")]);
            var embedded = $"127.0.0.1:{brokerPort}";
            Say($"loading {signals} signals (5 % duplicates, 1 % bad) into both");
            await Programs.RunAsync(peer, ["topics", real, "1", .. Enumerable.Range(1, rounds).Select(r => $"peer{r}")], environment);
            var loaded = await Programs.RunAsync(peer, ["load", real, $"{signals}", "200", "5", "1", "5"], environment);
            var expected = long.Parse(UniqueCount().Match(loaded).Groups[1].Value, CultureInfo.InvariantCulture);
            await CopyAsync(new KafkaSettings(real, new Dictionary<string, string>()), new KafkaSettings(embedded, new Dictionary<string, string>()));

            List<(Drain Drain, double Memory)> theirs = [], ours = [];
            for (var round = 1; round <= rounds; round++)
            {
                theirs.Add(await MeasureAsync(new KafkaSettings(real, new Dictionary<string, string>()), $"peer{round}.decisions", expected,
                    Programs.Start(peer, Path.Combine(scratch, $"peer{round}.log"), ["run", real, $"peer-{round}", $"peer{round}", Path.Combine(scratch, $"peer{round}"), "100", "1"], environment)));
                Say($"round {round}: Kafka Streams   {theirs[^1].Drain.PerSecond,8:0} signals/s, {theirs[^1].Memory:0} MiB");
                ours.Add(await MeasureAsync(new KafkaSettings(embedded, new Dictionary<string, string>()), $"ours{round}.decisions", expected,
                    Programs.Start(Programs.Ours("FuturesEos.SignalProcessor"), Path.Combine(scratch, $"ours{round}.log"),
                        ["--bootstrap-servers", embedded, "--application-id", $"ours-{round}", "--output-prefix", $"ours{round}", "--state-dir", Path.Combine(scratch, $"ours{round}"), "--commit-interval", "100ms"])));
                Say($"round {round}: FuturesEos      {ours[^1].Drain.PerSecond,8:0} signals/s, {ours[^1].Memory:0} MiB");
            }

            Report(signals, theirs, ours);
            return 0;
        }
        finally
        {
            if (broker is not null) await Programs.StopAsync(broker);
            await Programs.RunAsync(cluster, ["destroy"], environment);
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static async Task<(Drain Drain, double Memory)> MeasureAsync(KafkaSettings kafka, string topic, long expected, Process engine)
    {
        try
        {
            await WaitForTopicAsync(kafka, topic);
            var drain = await Task.Run(() => Drain.Measure(kafka, topic, Partitions, expected, Patience, engine));
            return (drain, Programs.PeakMemoryMiB(engine));
        }
        finally
        {
            await Programs.StopAsync(engine);
        }
    }

    private static void Report(int signals, List<(Drain Drain, double Memory)> theirs, List<(Drain Drain, double Memory)> ours)
    {
        double their = Median(theirs.Select(t => t.Drain.PerSecond)), our = Median(ours.Select(t => t.Drain.PerSecond));
        double theirMemory = Median(theirs.Select(t => t.Memory)), ourMemory = Median(ours.Select(t => t.Memory));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"bench":"pipeline","signals":{{signals}},"rounds":{{ours.Count}},"kafka_streams_per_s":{{their:0}},"futures_eos_per_s":{{our:0}},"ratio":{{our / their:0.00}},"kafka_streams_mib":{{theirMemory:0}},"futures_eos_mib":{{ourMemory:0}}}"""));
    }

    /// <summary>Brings the very records of one cluster to the other: key, value, timestamp, partition.</summary>
    private static async Task CopyAsync(KafkaSettings from, KafkaSettings to)
    {
        using (var admin = new AdminClientBuilder(to.Admin()).Build())
        {
            await WaitAsync(() => admin.GetMetadata(TimeSpan.FromSeconds(2)).Brokers.Count > 0, "the embedded broker");
            await admin.CreateTopicsAsync(SignalTopics.Select(topic => new TopicSpecification
            {
                Name = topic, NumPartitions = Partitions, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "-1" },
            }));
        }

        using var consumer = new ConsumerBuilder<byte[], byte[]>(from.Consumer("bench-copy")).Build();
        using var producer = new ProducerBuilder<byte[], byte[]>(to.Producer()).Build();
        consumer.Assign(SignalTopics.SelectMany(topic => Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning))));
        var failed = 0;
        for (var open = SignalTopics.Length * Partitions; open > 0;)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(10)) ?? throw new TimeoutException("the loaded signals cannot be read");
            if (record.IsPartitionEOF)
            {
                open--;
                continue;
            }

            var message = new Message<byte[], byte[]> { Key = record.Message.Key, Value = record.Message.Value, Timestamp = record.Message.Timestamp };
            Produce(producer, new TopicPartition(record.Topic, record.Partition), message, report => failed += report.Error.IsError ? 1 : 0);
        }

        producer.Flush(TimeSpan.FromSeconds(60));
        if (failed > 0) throw new InvalidOperationException($"{failed} signals did not reach the embedded broker");
    }

    private static void Produce(
        IProducer<byte[], byte[]> producer, TopicPartition partition, Message<byte[], byte[]> message, Action<DeliveryReport<byte[], byte[]>> report)
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

    private static async Task WaitForTopicAsync(KafkaSettings kafka, string topic)
    {
        using var admin = new AdminClientBuilder(kafka.Admin()).Build();
        await WaitAsync(() => admin.GetMetadata(TimeSpan.FromSeconds(2)).Topics.Any(t => t.Topic == topic), topic);
    }

    private static async Task WaitAsync(Func<bool> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(50))
        {
            try
            {
                if (condition()) return;
            }
            catch (KafkaException)
            {
                // not up yet
            }
        }

        throw new TimeoutException($"{what} is not there after 30 s");
    }

    private static int Number(string[] args, string name, int otherwise)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    private static int FreePort()
    {
        for (var port = 29_100; ; port++)
        {
            try
            {
                using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (System.Net.Sockets.SocketException) when (port < 29_200)
            {
                // taken: the next one
            }
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static void Say(string what) => Console.Error.WriteLine(what);

    [GeneratedRegex(@"(\d+) unique and valid")]
    private static partial Regex UniqueCount();
}
