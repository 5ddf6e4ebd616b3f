using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Benchmarks.Support;

namespace FuturesEos.Benchmarks.Restore;

/// <summary>
/// Kafka Streams and our processor come back without their disks: each has a changelog of the same records, in its own
/// topic, an empty state folder, and one signal that waits. Timed from the start of the process to the committed
/// decision; the same with an empty changelog is what the start alone costs, and the difference what the restore does.
/// </summary>
internal static class RestoreBenchmark
{
    private const int Partitions = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(BenchRun run)
    {
        var records = run.Option("--records", 1_000_000);
        var rounds = run.Option("--rounds", 3);
        var brokers = run.Option("--brokers", 3);
        Say($"starting {brokers} Apache Kafka brokers");
        await using var kafka = await RealCluster.StartAsync(run.Shared, run.Scratch, brokers);
        await kafka.Peer.CreateTopicsAsync(["peer", "ours", "peer-empty", "ours-empty"]);
        Say($"two changelogs of {records} records");
        await FillAsync(kafka, "peer-seen-changelog", records);
        await FillAsync(kafka, "ours-signal-windows-changelog", records);

        List<double> theirs = [], theirStarts = [], ours = [], ourStarts = [];
        for (var round = 1; round <= rounds; round++)
        {
            theirStarts.Add(await TimeAsync(
                kafka, () => kafka.Peer.Start("peer-empty", Folder(run.Scratch, round)), "peer-empty"));
            ourStarts.Add(await TimeAsync(
                kafka, () => Engine.StartOurs(kafka.Settings, "ours-empty", Folder(run.Scratch, round)), "ours-empty"));
            theirs.Add(await TimeAsync(kafka, () => kafka.Peer.Start("peer", Folder(run.Scratch, round)), "peer"));
            ours.Add(await TimeAsync(
                kafka, () => Engine.StartOurs(kafka.Settings, "ours", Folder(run.Scratch, round)), "ours"));
            Say(string.Create(CultureInfo.InvariantCulture,
                $"round {round}: Kafka Streams {theirs[^1]:0.0} s ({theirStarts[^1]:0.0} s with nothing to restore), "
                    + $"FuturesEos {ours[^1]:0.0} s ({ourStarts[^1]:0.0} s)"));
        }

        double their = Figures.Median(theirs), theirStart = Figures.Median(theirStarts);
        double our = Figures.Median(ours), ourStart = Figures.Median(ourStarts);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"bench":"restore","brokers":{{brokers}},"records":{{records}},"rounds":{{rounds}}"""
                + $$""","kafka_streams":{"s":{{their:0.00}},"start_s":{{theirStart:0.00}}}"""
                + $$""","futures_eos":{"s":{{our:0.00}},"start_s":{{ourStart:0.00}}}"""
                + $$""","ratio":{{their / our:0.00}}"""
                + $$""","restore_ratio":{{(their - theirStart) / (our - ourStart):0.00}}}"""));
    }

    // as the disk of another machine: nothing of the state, nothing of the instance
    private static string Folder(string scratch, int round) =>
        Directory.CreateDirectory(Path.Combine(scratch, $"round{round}-{Guid.NewGuid():N}")).FullName;

    private static async Task FillAsync(RealCluster kafka, string topic, int records)
    {
        using var admin = new AdminClientBuilder(kafka.Settings.Admin()).Build();
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = topic, NumPartitions = Partitions, ReplicationFactor = (short)Math.Min(kafka.Brokers, 3),
            Configs = new Dictionary<string, string> { ["cleanup.policy"] = "compact" },
        }]);
        var settings = kafka.Settings.Producer();
        settings.LingerMs = 20;
        settings.CompressionType = CompressionType.Lz4;
        using var producer = new ProducerBuilder<byte[], byte[]>(settings).SetLogHandler((_, _) => { }).Build();
        var random = new Random(42);
        for (var i = 0; i < records; i++)
        {
            // as an id that was seen: symbol, window, a hash; and two numbers
            var key = new byte[6 + 8 + 16];
            Encoding.ASCII.GetBytes($"SYM{i % 200:000}", key);
            random.NextBytes(key.AsSpan(14));
            var message = new Message<byte[], byte[]> { Key = key, Value = new byte[16] };
            var to = new TopicPartition(topic, i % Partitions);
            while (true)
            {
                try
                {
                    producer.Produce(to, message);
                    break;
                }
                catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(10));
                }
            }
        }

        producer.Flush(Patience);
    }

    private static async Task<double> TimeAsync(RealCluster kafka, Func<Engine> start, string prefix)
    {
        using var reader = new ConsumerBuilder<Ignore, Ignore>(kafka.Settings.Consumer("bench-" + Guid.NewGuid()))
            .SetLogHandler((_, _) => { }).Build();
        var topic = prefix + ".decisions";
        reader.Assign(Enumerable.Range(0, Partitions).Select(p =>
        {
            var partition = new TopicPartition(topic, p);
            var end = reader.QueryWatermarkOffsets(partition, TimeSpan.FromSeconds(10)).High;
            return new TopicPartitionOffset(partition, end);
        }));
        var settings = kafka.Settings.Producer();
        using (var producer = new ProducerBuilder<string, string>(settings).SetLogHandler((_, _) => { }).Build())
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            await producer.ProduceAsync("trading.signal.1m", new Message<string, string>
            {
                Key = "SYM1",
                Value = $$"""{"symbol":"SYM1","side":"BUY","qty":1,"price":65000,"timeframe":"1m","ts":{{now}}}""",
                Timestamp = new Timestamp(now, TimestampType.CreateTime),
            });
        }

        var clock = Stopwatch.StartNew();
        double seconds;
        await using (start())
            seconds = await FirstDecisionAsync(reader, topic, clock);

        // Kafka Streams does not leave its group: the next round would wait for the end of this one's session
        using var admin = new AdminClientBuilder(kafka.Settings.Admin()).Build();
        await Waiting.ForAsync(() => admin.DescribeConsumerGroupsAsync([prefix]).GetAwaiter().GetResult()
            .ConsumerGroupDescriptions[0].Members.Count == 0, $"an empty group {prefix}");
        return seconds;
    }

    private static Task<double> FirstDecisionAsync(IConsumer<Ignore, Ignore> reader, string topic, Stopwatch clock) =>
        Task.Run(() =>
        {
            while (true)
            {
                if (clock.Elapsed > Patience)
                    throw new TimeoutException($"{topic}: no decision after {Patience.TotalSeconds:0} s");
                var result = reader.Consume(TimeSpan.FromMilliseconds(20));
                if (result is not null && !result.IsPartitionEOF) return clock.Elapsed.TotalSeconds;
            }
        });

    private static void Say(string what) => Console.Error.WriteLine(what);
}
