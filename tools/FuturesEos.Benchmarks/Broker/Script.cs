using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Benchmarks.Support;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Broker;

/// <summary>
/// What is measured, the same for each broker: Kafka's own perf tools, and librdkafka where those have no such case.
/// </summary>
internal sealed partial class Script(RealCluster tools, BenchRun run, int records, int signals)
{
    private const int TransactionRecords = 100;
    private const int LatencyRecords = 1000;
    private static readonly TimeSpan TransactionTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Contestant, long> _loaded = [];
    private int _topics;

    /// <summary>Loads the signals that Kafka Streams drains in each round.</summary>
    public async Task LoadAsync(Contestant broker)
    {
        await PeerOn(broker).CreateTopicsAsync([]);
        _loaded[broker] = await PeerOn(broker).LoadAsync(signals);
    }

    /// <summary>All cases for one broker, by their names; records or transactions a second, or milliseconds.</summary>
    public async Task<Dictionary<string, double>> RunAsync(Contestant broker)
    {
        var figures = new Dictionary<string, double>();
        foreach (var (bytes, count) in new[] { (100, records), (1024, records / 3) })
        {
            foreach (var codec in new[] { "none", "lz4" })
            {
                await WithTopicAsync(broker, async topic =>
                {
                    figures[$"produce {bytes} B {codec}, records/s"] =
                        await ProduceAsync(broker, topic, bytes, count, codec);
                    if (codec == "none")
                        figures[$"consume {bytes} B, records/s"] = await ConsumeAsync(broker, topic, count);
                });
            }
        }

        await WithTopicAsync(broker, topic => Task.Run(() =>
            figures["transactions of 100 records, 1/s"] = Transactions(broker, topic)));
        await WithTopicAsync(broker, topic => Task.Run(() =>
        {
            var latencies = Latencies(broker, topic);
            figures["end to end p50, ms"] = latencies[latencies.Length / 2];
            figures["end to end p99, ms"] = latencies[latencies.Length * 99 / 100];
        }));
        figures["drain of Kafka Streams, signals/s"] = await DrainAsync(broker);
        return figures;
    }

    private Peer PeerOn(Contestant broker) => new(run.Shared, broker.Servers, replicas: 1);

    private static KafkaSettings Settings(Contestant broker) => new(broker.Servers, new Dictionary<string, string>());

    private async Task WithTopicAsync(Contestant broker, Func<string, Task> measure)
    {
        var topic = $"bench-{_topics++}";
        using var admin = new AdminClientBuilder(Settings(broker).Admin()).Build();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]);
        await measure(topic);
        await admin.DeleteTopicsAsync([topic]);
    }

    private async Task<double> ProduceAsync(Contestant broker, string topic, int bytes, int count, string codec)
    {
        var said = await tools.ToolAsync(
        [
            "producer-perf", "--topic", topic, "--num-records", $"{count}", "--record-size", $"{bytes}",
            "--throughput", "-1", "--bootstrap-server", broker.Servers, "--command-property", "acks=all",
            $"compression.type={codec}",
        ]);
        return Number(Sent().Matches(said)[^1]);
    }

    private async Task<double> ConsumeAsync(Contestant broker, string topic, int count)
    {
        var said = await tools.ToolAsync(
        [
            "consumer-perf", "--topic", topic, "--num-records", $"{count}",
            "--bootstrap-server", broker.Servers, "--hide-header",
        ]);
        // the last column: records a second without the time to join the group
        return double.Parse(said.Split('\n')[^1].Split(',')[^1], CultureInfo.InvariantCulture);
    }

    private async Task<double> DrainAsync(Contestant broker)
    {
        var name = $"streams-{_topics++}";
        await PeerOn(broker).CreateTopicsAsync([name]);
        await using var engine = PeerOn(broker).Start(name, run.Scratch);
        return (await engine.DrainAsync(_loaded[broker])).PerSecond;
    }

    private static double Transactions(Contestant broker, string topic)
    {
        var config = Settings(broker).Producer();
        config.TransactionalId = topic;
        using var producer = new ProducerBuilder<Null, byte[]>(config).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Patience);
        var value = new byte[100];
        var count = 0;
        var clock = Stopwatch.StartNew();
        for (; clock.Elapsed < TransactionTime; count++)
        {
            producer.BeginTransaction();
            for (var i = 0; i < TransactionRecords; i++)
                producer.Produce(topic, new Message<Null, byte[]> { Value = value });
            producer.CommitTransaction(Patience);
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    // one record at a time: sent without linger, and waited for at a consumer
    private static double[] Latencies(Contestant broker, string topic)
    {
        var config = Settings(broker).Producer();
        config.LingerMs = 0;
        using var producer = new ProducerBuilder<Null, byte[]>(config).Build();
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(Settings(broker).Consumer("bench-latency"))
            .SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var took = new double[LatencyRecords];
        for (var i = -LatencyRecords / 10; i < took.Length; i++)
        {
            var clock = Stopwatch.StartNew();
            producer.Produce(topic, new Message<Null, byte[]> { Value = new byte[100] });
            while (consumer.Consume(Patience) is { IsPartitionEOF: true })
            {
            }

            if (i >= 0) took[i] = clock.Elapsed.TotalMilliseconds;
        }

        Array.Sort(took);
        return took;
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"records sent, ([\d.]+) records/sec")]
    private static partial Regex Sent();
}
