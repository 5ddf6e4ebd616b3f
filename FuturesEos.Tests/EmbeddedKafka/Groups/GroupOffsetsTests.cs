using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

public class GroupOffsetsTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    private static StoredOffset At(long offset, long logOffset) => new(offset, -1, "", 0, logOffset);

    [Fact]
    public void a_pending_position_counts_with_the_commit_and_makes_the_partition_unstable_until_then()
    {
        var offsets = new GroupOffsets();
        offsets.AddPending(1, Partition, At(5, 10));
        Assert.True(offsets.IsUnstable(Partition));
        Assert.False(offsets.IsUnstable(Partition with { Partition = 1 }));
        Assert.Null(offsets.Find(Partition));
        offsets.EndPending(1, isCommit: true);
        Assert.Equal(5, offsets.Find(Partition)!.Value.Offset);
        Assert.False(offsets.IsUnstable(Partition));
        offsets.AddPending(1, Partition, At(9, 11));
        offsets.EndPending(1, isCommit: false);
        Assert.Equal(5, offsets.Find(Partition)!.Value.Offset);
    }

    [Fact]
    public void a_commit_never_overwrites_a_position_that_was_written_after_it()
    {
        var offsets = new GroupOffsets();
        offsets.AddPending(1, Partition, At(5, 10));
        offsets.Commit(Partition, At(8, 11));
        offsets.EndPending(1, isCommit: true);
        Assert.Equal(8, offsets.Find(Partition)!.Value.Offset);
    }

    [Fact]
    public void two_producers_end_each_on_its_own()
    {
        var offsets = new GroupOffsets();
        offsets.AddPending(1, Partition, At(5, 10));
        offsets.AddPending(2, Partition, At(6, 11));
        offsets.EndPending(2, isCommit: true);
        Assert.True(offsets.IsUnstable(Partition));
        offsets.EndPending(1, isCommit: true);
        Assert.Equal(6, offsets.Find(Partition)!.Value.Offset);
    }
}
