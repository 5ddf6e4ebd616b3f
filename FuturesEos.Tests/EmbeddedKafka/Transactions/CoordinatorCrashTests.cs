using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Transactions;

/// <summary>A coordinator whose process died at any byte of its log goes on from what was stored, and ends what was decided.</summary>
[Trait("Category", "Long")]
public sealed class CoordinatorCrashTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    // after each stored record: where the id stands once the coordinator is up again, at which epoch, and by which marker
    private static readonly (TransactionStatus? Status, short Epoch, ControlType? Marker)[] After =
    [
        (null, -1, null),
        (TransactionStatus.Empty, 0, null),
        (TransactionStatus.Ongoing, 0, null),
        (TransactionStatus.CompleteCommit, 0, ControlType.Commit), // the commit was decided, its markers and its end not stored
        (TransactionStatus.CompleteCommit, 0, null),
        (TransactionStatus.Ongoing, 0, null),
        (TransactionStatus.CompleteAbort, 1, ControlType.Abort), // fenced by the next producer
        (TransactionStatus.CompleteAbort, 1, null),
        (TransactionStatus.Empty, 2, null),
        (TransactionStatus.Ongoing, 2, null), // by protocol 2 from here on
        (TransactionStatus.CompleteCommit, 3, ControlType.Commit),
        (TransactionStatus.CompleteCommit, 3, null),
        (TransactionStatus.CompleteAbort, 4, null), // the abort of nothing has no marker
        (TransactionStatus.CompleteAbort, 4, null),
    ];

    private readonly ManualTime _time = new();

    [Fact]
    public async Task cut_at_any_byte_the_log_of_transactions_says_what_was_stored_last()
    {
        using var folder = new LogFolder();
        await using (var coordinator = await StartAsync(folder.Path, new RecordingHost()))
            await LiveAsync(coordinator);
        var bytes = await File.ReadAllBytesAsync(LogIn(folder.Path));
        var ends = Ends(bytes);
        Assert.Equal(After.Length, ends.Count);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var left = LogFolder.CopyOf(folder.Path);
            foreach (var file in Directory.GetFiles(left).Where(IsOfCleanStop)) File.Delete(file);
            await File.WriteAllBytesAsync(LogIn(left), bytes[..cut]);
            var host = new RecordingHost();
            await using (var coordinator = await StartAsync(left, host))
            {
                var due = After[ends.FindLastIndex(end => end <= cut)];
                var state = coordinator.Describe("app");
                Assert.Equal((cut, due.Status, due.Epoch), (cut, state?.Status, state?.ProducerEpoch ?? -1));
                Assert.Equal((cut, due.Marker), (cut, host.Markers.TryPeek(out var marker) ? marker.Control.Type : null));
            }

            Directory.Delete(left, recursive: true);
        }
    }

    private static async Task LiveAsync(TransactionCoordinator coordinator)
    {
        var (_, id, epoch) = await coordinator.InitProducerIdAsync("app", 1000, -1, -1, default);
        await coordinator.AddPartitionsAsync("app", id, epoch, [Partition], default);
        await coordinator.EndAsync("app", id, epoch, isCommit: true, default);
        await coordinator.AddPartitionsAsync("app", id, epoch, [Partition], default);
        Assert.Equal(KafkaError.ConcurrentTransactions, (await coordinator.InitProducerIdAsync("app", 1000, -1, -1, default)).Error);
        var next = await coordinator.InitProducerIdAsync("app", 1000, -1, -1, default);
        await coordinator.EnterAsync("app", id, next.ProducerEpoch, [Partition], default);
        next = await coordinator.EndAndBumpAsync("app", id, next.ProducerEpoch, isCommit: true, default);
        next = await coordinator.EndAndBumpAsync("app", id, next.ProducerEpoch, isCommit: false, default);
        Assert.Equal(KafkaError.None, next.Error);
    }

    private static List<int> Ends(ReadOnlySpan<byte> log)
    {
        List<int> ends = [0];
        while (RecordBatch.TryTake(ref log, out var batch)) ends.Add(ends[^1] + batch.Size);
        return ends;
    }

    private static string LogIn(string folder) => Directory.GetFiles(folder, "*.log").Single();

    // what only a clean stop writes
    private static bool IsOfCleanStop(string file) => Path.GetExtension(file) is ".index" or ".snapshot";

    private async Task<TransactionCoordinator> StartAsync(string folder, RecordingHost host) => await TransactionCoordinator.StartAsync(
        folder, new TransactionOptions { SweepInterval = TimeSpan.FromHours(1) }, host, new LogEnvironment(_time, NullLogger.Instance));
}
