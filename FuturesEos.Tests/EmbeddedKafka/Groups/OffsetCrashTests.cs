using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

/// <summary>
/// A broker whose process died at any byte of the log of positions knows what was stored last, and which of it a transaction
/// may yet change; it ends that transaction as if nothing had been.
/// </summary>
[Trait("Category", "Long")]
public sealed class OffsetCrashTests
{
    private const long Producer = 7;
    private static readonly TopicPartition First = new("t", 0);
    private static readonly TopicPartition Second = new("t", 1);

    private static readonly Step[] Steps =
    [
        new(groups => CommitAsync(groups, First, 1), new(1, null)),
        new(groups => CommitAsync(groups, First, 2), new(2, null)),
        new(groups => CommitAsync(groups, First, 5, isPending: true), new(2, null, 5, null)),
        new(groups => CommitAsync(groups, Second, 6, isPending: true), new(2, null, 5, 6)),
        new(groups => EndAsync(groups, isCommit: true), new(5, 6)),
        new(groups => CommitAsync(groups, First, 8, isPending: true), new(5, 6, 8, null)),
        new(groups => EndAsync(groups, isCommit: false), new(5, 6)),
        new(groups => CommitAsync(groups, First, 9, isPending: true), new(5, 6, 9, null)),
        new(groups => CommitAsync(groups, First, 10), new(10, 6, 9, null)), // the newer one stays when the older commits
        new(groups => EndAsync(groups, isCommit: true), new(10, 6)),
        new(groups => DeleteAsync(groups, Second), new(10, null)),
        new(groups => CommitAsync(groups, First, 11, isPending: true), new(10, null, 11, null)),
    ];

    [Fact]
    public async Task cut_at_any_byte_the_log_of_positions_says_what_was_stored_last()
    {
        await using var bench = new LogBench();
        var ends = new List<long> { 0 };
        await using (var groups = RestoredGroups.Start(bench, bench.Log))
        {
            foreach (var step in Steps)
            {
                if (step.Due.Pending) bench.Log.RegisterTransaction(Producer, 0);
                await step.Do((groups, bench.Log));
                Assert.Equal(step.Due, Seen(groups));
                ends.Add(bench.Log.SizeBytes);
            }
        }

        for (var cut = 0; cut <= ends[^1]; cut++)
        {
            using var left = new LeftFolder(bench.Folder);
            left.Cut(".log", cut);
            await using var log = PartitionLog.Open(LogBench.Partition, left.Path, new LogConfig(), bench.Environment);
            await using var groups = RestoredGroups.Start(bench, log);
            var step = ends.FindLastIndex(end => end <= cut);
            var due = step == 0 ? new Positions(null, null) : Steps[step - 1].Due;
            Assert.Equal((cut, due), (cut, Seen(groups)));

            await EndAsync((groups, log), isCommit: true);
            Assert.Equal((cut, Committed(due)), (cut, Seen(groups)));
            await CommitAsync((groups, log), First, 99);
            Assert.Equal(99, Seen(groups).First);
        }
    }

    // what was written after it counts, not what commits after it
    private static Positions Committed(Positions due) =>
        new(due is { First: 10, FirstPending: 9 } ? 10 : due.FirstPending ?? due.First, due.SecondPending ?? due.Second);

    private static async Task CommitAsync(
        (GroupCoordinator Groups, PartitionLog Log) broker, TopicPartition partition, long offset, bool isPending = false)
    {
        var request = new CommitRequest("g", -1, "", null, [(partition, new StoredOffset(offset, -1, "m", 0))])
        {
            Producer = isPending ? (Producer, 0) : null,
        };
        Assert.Equal(KafkaError.None, await broker.Groups.CommitAsync(request, CancellationToken.None));
    }

    // as PartitionHost does it: the marker, then the group
    private static Task EndAsync((GroupCoordinator Groups, PartitionLog Log) broker, bool isCommit)
    {
        var marker = new ControlRecord(isCommit ? ControlType.Commit : ControlType.Abort, 0);
        Assert.Equal(KafkaError.None, broker.Log.AppendMarker(Producer, 0, marker).Error);
        broker.Groups.End(Producer, isCommit);
        return Task.CompletedTask;
    }

    private static async Task DeleteAsync((GroupCoordinator Groups, PartitionLog Log) broker, TopicPartition partition) =>
        Assert.Equal(
            KafkaError.None, (await broker.Groups.DeleteOffsetsAsync("g", [partition], CancellationToken.None)).Error);

    private static Positions Seen(GroupCoordinator groups)
    {
        if (groups.Find("g")?.Offsets is not { } offsets) return new(null, null);
        return new(offsets.Find(First)?.Offset, offsets.Find(Second)?.Offset, PendingOf(First), PendingOf(Second));

        // what it is, only the end of the transaction shows
        long? PendingOf(TopicPartition partition) => offsets.IsUnstable(partition) ? -1 : null;
    }

    private sealed record Step(Func<(GroupCoordinator Groups, PartitionLog Log), Task> Do, Positions Due);

    /// <summary>Positions of both partitions, and those that an open transaction holds.</summary>
    private sealed record Positions(long? First, long? Second, long? FirstPending = null, long? SecondPending = null)
    {
        public bool Pending => FirstPending is not null || SecondPending is not null;

        public bool Equals(Positions? other) => other is not null && (First, Second) == (other.First, other.Second)
            && (FirstPending is null, SecondPending is null) == (other.FirstPending is null, other.SecondPending is null);

        public override int GetHashCode() => HashCode.Combine(First, Second);
    }
}
