using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.KafkaProtocol;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

/// <summary>A group that cannot be deleted is there with its positions, now and after a restart.</summary>
public class RefusedDeletionTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Fact]
    public async Task a_group_that_a_full_disk_does_not_let_go_is_as_before_and_goes_with_room()
    {
        var disk = new FaultyStorage();
        await using var bench = new LogBench(storage: disk);
        await using var groups = RestoredGroups.Start(bench, bench.Log);
        await RestoredGroups.CommitAsync(groups, bench, "g", [Partition]);

        disk.IsFull = true;
        Assert.Equal(KafkaError.CoordinatorNotAvailable, await groups.DeleteAsync("g", CancellationToken.None));
        Assert.Equal(5, groups.Find("g")?.Offsets.Find(Partition)?.Offset);
        Assert.Equal(GroupState.Empty, groups.Find("g")?.State);
        disk.IsFull = false;
        await using (var restarted = RestoredGroups.Start(bench, bench.Log))
            Assert.Equal(5, restarted.Find("g")?.Offsets.Find(Partition)?.Offset);

        Assert.Equal(KafkaError.None, await groups.DeleteAsync("g", CancellationToken.None));
        Assert.Null(groups.Find("g"));
        await using (var restarted = RestoredGroups.Start(bench, bench.Log))
            Assert.Null(restarted.Find("g"));
        Assert.Equal(KafkaError.GroupIdNotFound, await groups.DeleteAsync("g", CancellationToken.None));
    }
}
