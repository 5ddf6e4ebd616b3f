using System.Text.Json;
using Confluent.Kafka;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.SignalGenerator;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Conformance;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>
/// The sample, replayed as fast as it goes into a pipeline that runs, each service and the replay itself killed once:
/// its decisions are those of the stored replay, which takes all signals in the order of their time.
/// </summary>
[Trait("Category", "Long")]
public sealed class RunningReplayTests
{
    private const int Signals = 3413;
    private const int Orders = 381;
    private static readonly string Sample = Path.Combine(SourceTree.Root, "samples", "XRPETH-trades-2019-10-11.csv");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task a_replay_into_a_running_pipeline_under_kills_gives_the_decisions_of_the_stored_replay(int seed)
    {
        var expected = await StoredReplayAsync();
        Assert.Equal(Signals, expected.Count);
        using var folder = new TemporaryFolder();
        await using var up = await UpProgram.StartAsync(folder.In("data"), "--rate", "0");
        var servers = up.RunFile.BootstrapServers;
        using var offsets = await TopicOffsets.OpenAsync(
            PipelineContext.KafkaAt(servers), TestContext.Current.CancellationToken);

        // by how many of their records there are, each service dies at a moment of its own
        var random = new Random(seed);
        var victims = (await up.StatusAsync()).Processes.Where(p => p.Name is "processor" or "orders" or "relay")
            .ToDictionary(p => p.Name, p => (Pid: p.Pid!.Value, After: random.Next(1, Signals * 3 / 4)));
        var replayDiesAfter = random.Next(1, Signals * 3 / 4);
        var resumed = 0;
        var replay = Replay(up);
        try
        {
            await Eventually.True(async () =>
            {
                var sent = await CountAsync(offsets, [.. Topics.OfSignals.Select(topic => topic.Name)]);
                foreach (var (name, victim) in victims.Where(victim => sent > victim.Value.After).ToList())
                {
                    ChildProgram.Signal(victim.Pid, "KILL");
                    victims.Remove(name);
                }

                if (resumed == 0 && sent > replayDiesAfter && !replay.HasExited)
                {
                    replay.Signal("KILL");
                    await replay.ExitAsync();
                    replay.Dispose();
                    replay = Replay(up);
                    resumed++;
                }

                return replay.HasExited && victims.Count == 0;
            }, Deadline.In(Patience), "the file is replayed, and each service killed once");
            await replay.EndsWithAsync(0);
            Assert.Contains(
                resumed > 0 ? " of XRPETH-trades-2019-10-11.csv were in the topics already" : "sent 3413", replay.Data);
        }
        finally
        {
            replay.Dispose();
        }

        // as many decisions as signals, and all that follows from them, before anything is compared
        await Eventually.True(
            async () => (await VerifyAsync(up)) is (0, _), Deadline.In(Patience), "the pipeline is verified");
        var (_, report) = await VerifyAsync(up);
        using var json = JsonDocument.Parse(report);
        Assert.Equal((Signals, Signals, 0L, Orders), (Number("signals", "read"), Number("signals", "unique"),
            Number("signals", "dead_letters"), Number("orders", "rows")));
        Assert.Equal(expected, Decisions(servers));

        long Number(string set, string name) => json.RootElement.GetProperty(set).GetProperty(name).GetInt64();
    }

    private static ChildProgram Replay(UpProgram up) => EosProgram.Start("replay", Sample, "--data", up.Folder);

    private static async Task<(int Code, string Data)> VerifyAsync(UpProgram up)
    {
        var (code, data, _) = await EosProgram.RunAsync(
            Deadline.In(Patience), "verify", "--json", "--wait", "60s", "--data", up.Folder);
        return (code, data);
    }

    private static async Task<long> CountAsync(TopicOffsets offsets, string[] topics) =>
        (await offsets.EndsAsync(
            topics.SelectMany(
                topic => Enumerable.Range(0, Topics.Partitions).Select(i => new TopicPartition(topic, i))),
            IsolationLevel.ReadUncommitted)).Values.Sum();

    /// <summary>By the signal; the file is in the order of time, ties 1m, 5m, 15m.</summary>
    private static async Task<SortedDictionary<Guid, string>> StoredReplayAsync()
    {
        var fold = new OurFold();
        var decisions = new SortedDictionary<Guid, string>();
        await foreach (var signal in TradeFileSource.Open(Sample, null, skipBad: false)
            .ReadAsync(TestContext.Current.CancellationToken))
        {
            var record = OutgoingRecord.Of(signal);
            fold.Take(new PeerRecord(record.Timeframe, record.Key, record.Value, record.TimestampMs));
            decisions.Add(fold.Last!.SignalId, OurFold.Text(fold.Last));
        }

        return decisions;
    }

    private static SortedDictionary<Guid, string> Decisions(string servers)
    {
        var decisions = new SortedDictionary<Guid, string>();
        foreach (var record in StoredRecords.Read(servers, [Topics.Decisions()]))
        {
            Assert.True(DecisionReader.TryRead(record.Message.Value, out var decision, out var error), error);
            decisions.Add(decision.SignalId, OurFold.Text(decision));
        }

        return decisions;
    }
}
