using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Conformance;

/// <summary>
/// The Java peer on Apache Kafka and on the embedded broker, with its own load: what it decides from the committed
/// records is what our contract decides when it takes the same partitions in order of their records' timestamps.
/// </summary>
public sealed class PeerOnKafkaTests(RealKafka kafka)
{
    private const int Signals = 20_000;
    private const int EndsMin = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Category", "Long")]
    public async Task its_decisions_and_dead_letters_are_ours(bool isEmbedded)
    {
        var peer = Path.Combine(JavaPeer.Folder, "peer");
        await using var embedded =
            isEmbedded ? await BrokerForTests.StartAsync(folder => new() { DataFolder = folder }) : null;
        var servers = embedded?.BootstrapServers ?? await kafka.OneNodeAsync();
        var prefix = TestNames.Unique();
        var state = Directory.CreateTempSubdirectory("futures-eos-peer-");
        try
        {
            await RunAsync(peer, "topics", servers, "1", prefix);
            await RunAsync(peer, "load", servers, $"{Signals}", "40", "5", "3", "20", "77"); // 400 s: two windows' ends
            var odd = Path.Combine(state.FullName, "odd.jsonl");
            await File.WriteAllLinesAsync(odd, OddLines(400));
            await RunAsync(peer, "send", servers, odd);

            var (expected, refused) =
                Fold(StoredRecords.Read(servers, Timeframes.All.ToArray().Select(Topics.Signals)));
            Assert.True(expected.Count > Signals * 8 / 10, $"{expected.Count} decisions of {Signals} signals");
            foreach (var reason in new[] { "MALFORMED", "INVALID_FIELD", "LATE" })
                Assert.Contains(refused.Values, text => text.StartsWith(reason, StringComparison.Ordinal));
            using var running = Start(peer, "run", servers, prefix, prefix, Path.Combine(state.FullName, "streams"));
            try
            {
                var theirs = await Eventually.NotNull(
                    () => Task.Run(() => Whole(servers, prefix, expected.Count, refused.Count)), Deadline.In(Patience));
                var ends = (await Epochs.ReadAsync(servers))
                    .Where(id => id.Key.StartsWith(prefix, StringComparison.Ordinal)).Max(id => id.Value);
                Assert.True(ends > EndsMin, $"at most {ends} ends of transactions bumped an epoch");
                Assert.Equal(expected, theirs.Decisions);
                Assert.Equal(refused, theirs.Refused);
            }
            finally
            {
                running.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    /// <summary>All that the peer put out, once it is as much as we expect.</summary>
    private static Outcome? Whole(string servers, string prefix, int decisions, int refused)
    {
        var records = StoredRecords.Read(servers, [Topics.Decisions(prefix), Topics.DeadLetters(prefix)]);
        var outcome = new Outcome([], []);
        foreach (var record in records)
        {
            if (record.Topic == Topics.DeadLetters(prefix))
            {
                outcome.Refused.Add(
                    $"{Header(record, DeadLetterHeaders.Topic)} {Header(record, DeadLetterHeaders.Partition)} {Header(record, DeadLetterHeaders.Offset)}",
                    $"{Header(record, DeadLetterHeaders.Reason)} {Encoding.Latin1.GetString(record.Message.Value)}");
                continue;
            }

            Assert.True(DecisionReader.TryRead(record.Message.Value, out var decision, out var error), error);
            outcome.Decisions.Add(decision.Id, OurFold.Text(decision));
        }

        return outcome.Decisions.Count >= decisions && outcome.Refused.Count >= refused ? outcome : null;
    }

    /// <summary>
    /// Our contract over the stored records: each partition number by itself, in order of the records' timestamps, ties
    /// 1m, 5m, 15m.
    /// </summary>
    private static Outcome Fold(List<ConsumeResult<byte[]?, byte[]>> records)
    {
        var outcome = new Outcome([], []);
        foreach (var task in records.GroupBy(record => record.Partition.Value))
        {
            var fold = new OurFold();
            foreach (var record in Merge(task))
            {
                Assert.True(Topics.TryTimeframe(record.Topic, out var timeframe));
                var text = fold.Take(new PeerRecord(
                    timeframe, record.Message.Key, record.Message.Value, record.Message.Timestamp.UnixTimestampMs));
                if (text == "X") continue;
                if (fold.Last is { } decision) outcome.Decisions.Add(decision.Id, text);
                else outcome.Refused.Add($"{record.Topic} {record.Partition.Value} {record.Offset.Value}",
                    $"{text} {Encoding.Latin1.GetString(record.Message.Value)}");
            }
        }

        return outcome;
    }

    /// <summary>
    /// Of the heads of the topics the one with the smallest timestamp: a partition's own order stays.
    /// </summary>
    private static IEnumerable<ConsumeResult<byte[]?, byte[]>> Merge(IEnumerable<ConsumeResult<byte[]?, byte[]>> task)
    {
        var queues = task.GroupBy(record => record.Topic)
            .Select(topic => (Order: Topics.TryTimeframe(topic.Key, out var timeframe) ? timeframe : default,
                Queue: new Queue<ConsumeResult<byte[]?, byte[]>>(topic.OrderBy(r => r.Offset.Value))))
            .ToList();
        while (queues.Where(q => q.Queue.Count > 0).OrderBy(q => q.Queue.Peek().Message.Timestamp.UnixTimestampMs)
            .ThenBy(q => q.Order).FirstOrDefault() is { Queue: { } next })
            yield return next.Dequeue();
    }

    /// <summary>Lines for the peer's own sender, which takes text: none with an end of line in it.</summary>
    private static IEnumerable<string> OddLines(int count)
    {
        var odd = new OddSignals(seed: 11);
        for (var i = 0; i < count;)
        {
            if (odd.Next().Value is not { Length: > 0 } value || value.AsSpan().ContainsAny("\r\n"u8)) continue;
            yield return Encoding.UTF8.GetString(value);
            i++;
        }
    }

    private static string Header(ConsumeResult<byte[]?, byte[]> record, string name) =>
        Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));

    internal static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\" > /dev/null 2>&1 < /dev/null", program, .. arguments]);
        return Process.Start(start)!;
    }

    internal static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        using var deadline = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(deadline.Token);
        Assert.Equal(0, process.ExitCode);
    }

    private sealed record Outcome(SortedDictionary<Guid, string> Decisions, SortedDictionary<string, string> Refused);
}
