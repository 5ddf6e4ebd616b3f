using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Streams;
using FuturesEos.Tests.Crash;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Conformance;

/// <summary>
/// A replay is the same byte for byte, however it is run: by other numbers of threads and instances, other commit intervals, other stores,
/// with kills; and the Java peer decides the same on the same broker.
/// </summary>
[Trait("Category", "Long")]
public sealed class EngineReplayTests
{
    // signals, symbols, percent of duplicates, of garbage, milliseconds between two, seed: each load lies an hour behind the one before
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
        var oracle = SignalOracle.Of(servers);
        Assert.True(oracle.Decisions.Count > 10_000, $"{oracle.Decisions.Count} decisions");

        var first = await RunAsync(servers, oracle, "once", crash => Started(crash.Start()));
        foreach (var (name, run) in Variants())
        {
            var again = await RunAsync(servers, oracle, name, run);
            for (var partition = 0; partition < first.Length; partition++)
                Assert.True(first[partition].SequenceEqual(again[partition]), $"{name}: partition {partition} differs");
        }

        using var running = PeerOnKafkaTests.Start(peer, "run", servers, theirs, theirs, Directory.CreateTempSubdirectory("eos-peer-").FullName);
        try
        {
            using var decisions = new TopicTail(servers, Topics.Decisions(theirs));
            await Eventually.True(() => decisions.Read() >= oracle.Decisions.Count, Deadline.InSeconds(180), $"{decisions.Records.Count} of the peer's decisions");
            foreach (var record in decisions.Records)
            {
                var id = Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(Decision.SignalIdHeader));
                Assert.Equal(oracle.Decisions.GetValueOrDefault(id), Encoding.UTF8.GetString(record.Message.Value!));
            }
        }
        finally
        {
            running.Kill(entireProcessTree: true);
        }
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
            await crash.DieAsync(CrashPoint.CommitInFlight, 3);
            await crash.DieAsync(CrashPoint.AfterCommit, 2);
            await crash.DieAsync(CrashPoint.AfterChangelogWritten, 2);
            crash.Start();
        }
        );
    }

    private static Task Started(ProcessorProcess process) => Task.FromResult(process);

    /// <summary>Runs it over the whole input, and gives what each partition holds: key, time and value of each decision, in order.</summary>
    private static async Task<List<string>[]> RunAsync(string servers, SignalOracle oracle, string name, Func<CrashCase, Task> run)
    {
        await using var crash = new CrashCase(servers, StoreKind.RocksDb, TestNames.Unique(name.Replace(' ', '-')));
        await run(crash);
        await crash.ThroughAsync(oracle, 240);
        using var decisions = new TopicTail(servers, Topics.Decisions(crash.Application));
        decisions.Read();
        Assert.Equal(oracle.Decisions.Count, decisions.Records.Count);
        return [.. Enumerable.Range(0, Topics.Partitions).Select(p => decisions.Records.Where(r => r.Partition.Value == p).Select(Text).ToList())];
    }

    private static string Text(ConsumeResult<byte[]?, byte[]?> record) =>
        $"{Encoding.UTF8.GetString(record.Message.Key!)} {record.Message.Timestamp.UnixTimestampMs} {Encoding.UTF8.GetString(record.Message.Value!)}";
}
