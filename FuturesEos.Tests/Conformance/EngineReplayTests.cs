using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using FuturesEos.Streams;
using FuturesEos.Tests.Crash;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Conformance;

/// <summary>
/// A replay is the same byte for byte, however it is run: by other numbers of threads and instances, other commit
/// intervals, other stores, with kills; and the Java peer decides the same on the same broker.
/// </summary>
[Trait("Category", "Long")]
public sealed class EngineReplayTests
{
    private const long LoadsEnd = 1_763_596_800_000 + (5 * 3_600_000);

    // signals, symbols, percent of duplicates, of garbage, milliseconds between two, seed: each load lies an hour
    // behind the one before
    private static readonly string[][] Loads =
    [
        ["6000", "200", "5", "1", "5", "42"],
        ["6000", "3", "30", "10", "50", "43"],
        ["6000", "40", "0", "0", "200", "44"],
    ];

    [Fact]
    public async Task a_replay_is_the_same_byte_for_byte_however_it_is_run_and_the_java_peer_agrees()
    {
        var peer = Path.Combine(JavaPeer.Folder, "peer");
        await using var kafka = await RealKafka.OwnAsync(1);
        var servers = kafka.BootstrapServers;
        var theirs = TestNames.Unique("peer");
        await PeerOnKafkaTests.RunAsync(peer, "topics", servers, "1", theirs);
        foreach (var load in Loads) await PeerOnKafkaTests.RunAsync(peer, ["load", servers, .. load]);
        await SendAsync(servers, Disordered(6_000));
        var oracle = SignalOracle.Of(servers);
        Assert.True(oracle.Decisions.Count > 10_000, $"{oracle.Decisions.Count} decisions");
        Assert.True(oracle.DeadLetters.Values.Count(r => r == "LATE") > 500, "hardly a late one");
        await AssertSameHoweverRunAsync(servers, oracle);

        using var running = PeerOnKafkaTests.Start(
            peer, "run", servers, theirs, theirs, Directory.CreateTempSubdirectory("eos-peer-").FullName);
        try
        {
            await Eventually.True(
                () =>
                {
                    var output = Output.Of(servers, theirs);
                    return output.Decisions.Sum(d => d.Count) >= oracle.Decisions.Count
                        && output.DeadLetters.Count >= oracle.DeadLetters.Count;
                },
                Deadline.InSeconds(240), "all of the peer's decisions and dead letters");
            Output.Of(servers, theirs).AssertIs(oracle);
        }
        finally
        {
            running.Kill(entireProcessTree: true);
        }
    }

    /// <summary>
    /// Kafka Streams takes records of equal timestamp in no certain order; the contract says which topic is first.
    /// </summary>
    [Fact]
    public async Task timestamps_that_all_topics_share_are_taken_in_the_same_order_however_it_is_run()
    {
        await using var kafka = await RealKafka.OwnAsync(1);
        using (await SignalInput.CreateAsync(kafka.BootstrapServers))
            await SendAsync(kafka.BootstrapServers, Tied(8_000));
        await AssertSameHoweverRunAsync(kafka.BootstrapServers, SignalOracle.Of(kafka.BootstrapServers));
    }

    private static async Task AssertSameHoweverRunAsync(string servers, SignalOracle oracle)
    {
        var first = await RunAsync(servers, oracle, "once", crash => Started(crash.Start()));
        first.AssertIs(oracle);
        foreach (var (name, run) in Variants())
        {
            var again = await RunAsync(servers, oracle, name, run);
            for (var partition = 0; partition < Topics.Partitions; partition++)
                Assert.True(first.Decisions[partition].SequenceEqual(again.Decisions[partition]),
                    $"{name}: partition {partition} differs");
            Assert.Equal(first.DeadLetters, again.DeadLetters);
        }
    }

    /// <summary>
    /// Signals whose own times go back by up to two windows and their grace, in records whose times rise.
    /// </summary>
    private static IEnumerable<Sent> Disordered(int count)
    {
        var random = new Random(5);
        for (var i = 0; i < count; i++)
        {
            var at = LoadsEnd + (i * 400L);
            yield return Signal(random,
                20, at, at - (random.Next(3) == 0 ? random.NextInt64((2 * WindowTime.DefaultGraceMs) + 600_000) : 0));
        }
    }

    private static IEnumerable<Sent> Tied(int count)
    {
        var random = new Random(6);
        for (var i = 0; i < count; i++)
        {
            var at = LoadsEnd + (i / 8 * 500L);
            yield return Signal(random, 5, at, at);
        }
    }

    private static Sent Signal(Random random, int symbols, long recordTime, long time)
    {
        var timeframe = Timeframes.All[random.Next(3)];
        var symbol = $"SYM{random.Next(symbols)}";
        return new Sent(Topics.Signals(timeframe), symbol, recordTime,
            $$"""{"symbol":"{{symbol}}","side":"{{(random.Next(2) == 0 ? "BUY" : "SELL")}}","qty":{{random.Next(1, 500)}},"price":{{6_500 + random.Next(200)}},"timeframe":"{{timeframe.Text()}}","ts":{{time}}}""");
    }

    private static async Task SendAsync(string servers, IEnumerable<Sent> signals)
    {
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = servers, EnableIdempotence = true, Partitioner = Partitioner.Murmur2Random, LingerMs = 5,
        }).SetLogHandler((_, _) => { }).Build();
        await Task.WhenAll(signals.Select(s => producer.ProduceAsync(s.Topic, new Message<string, string>
        {
            Key = s.Key, Value = s.Value, Timestamp = new Timestamp(s.TimestampMs, TimestampType.CreateTime),
        })));
    }

    private static IEnumerable<(string Name, Func<CrashCase, Task> Run)> Variants()
    {
        yield return ("threads", crash => Started(crash.Start(null, 1, null, "--threads", "3")));
        yield return ("slow commits", crash => Started(crash.Start(null, 1, null, "--commit-interval", "900ms")));
        yield return ("small transactions", crash => Started(crash.Start(null, 1, null, "--transaction-records", "7")));
        yield return ("instances", crash =>
        {
            for (var i = 0; i < 3; i++) crash.Start(folder: crash.NewFolder());
            return Task.CompletedTask;
        }
        );
        yield return ("killed three times", async crash =>
        {
            await crash.DieAsync(CrashPoint.CommitInFlight, 3, transactionRecords: 20);
            await crash.DieAsync(CrashPoint.AfterCommit, 2, transactionRecords: 20);
            await crash.DieAsync(CrashPoint.AfterChangelogWritten, 2, transactionRecords: 20);
            crash.Start();
        }
        );
    }

    private static Task Started(ProcessorProcess process) => Task.FromResult(process);

    /// <summary>Runs it over the whole input.</summary>
    private static async Task<Output> RunAsync(
        string servers, SignalOracle oracle, string name, Func<CrashCase, Task> run)
    {
        await using var crash = new CrashCase(servers, StoreKind.RocksDb, TestNames.Unique(name.Replace(' ', '-')));
        await run(crash);
        await crash.ThroughAsync(oracle, 240);
        var output = Output.Of(servers, crash.Application);
        Assert.Equal(oracle.Decisions.Count, output.Decisions.Sum(d => d.Count));
        return output;
    }

    private sealed record Sent(string Topic, string Key, long TimestampMs, string Value);

    /// <summary>
    /// What each partition of the decisions holds, in order; and what was refused, by where it came from.
    /// </summary>
    private sealed record Output(List<string>[] Decisions, Dictionary<string, string> ById, List<string> DeadLetters)
    {
        public static Output Of(string servers, string prefix)
        {
            using var decisions = new TopicTail(servers, Topics.Decisions(prefix));
            using var deadLetters = new TopicTail(servers, Topics.DeadLetters(prefix));
            decisions.Read();
            deadLetters.Read();
            return new Output(
                [.. Enumerable.Range(0, Topics.Partitions)
                    .Select(p => decisions.Records.Where(r => r.Partition.Value == p).Select(Text).ToList())],
                decisions.Records.ToDictionary(r => Encoding.UTF8.GetString(r.Message.Headers.GetLastBytes(
                    Decision.SignalIdHeader)), r => Encoding.UTF8.GetString(r.Message.Value!)),
                [
                    .. deadLetters.Records.Select(
                        d => $"{Header(d, DeadLetterHeaders.Topic)}/{Header(d, DeadLetterHeaders.Partition)}/{Header(d, DeadLetterHeaders.Offset)} {Header(d, DeadLetterHeaders.Reason)}").Order()]);
        }

        public void AssertIs(SignalOracle oracle)
        {
            Assert.Equal(oracle.Decisions.Count, ById.Count);
            foreach (var (id, json) in oracle.Decisions) Assert.Equal(json, ById.GetValueOrDefault(id));
            Assert.Equal(oracle.DeadLetters.Select(d => $"{d.Key} {d.Value}").Order(), DeadLetters);
        }

        private static string Header(ConsumeResult<byte[]?, byte[]?> record, string name) =>
            Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));

        private static string Text(ConsumeResult<byte[]?, byte[]?> record) =>
            $"{Encoding.UTF8.GetString(record.Message.Key!)} {record.Message.Timestamp.UnixTimestampMs} {Encoding.UTF8.GetString(record.Message.Value!)}";
    }
}
