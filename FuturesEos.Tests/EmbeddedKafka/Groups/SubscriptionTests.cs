using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Broker.Differential;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

/// <summary>Nobody loses the position that he goes on from: neither to a deletion nor to time.</summary>
public sealed class SubscriptionTests : IAsyncDisposable
{
    private static readonly TopicPartition Read = new("read", 0);
    private static readonly TopicPartition Left = new("left", 0);
    private readonly LogBench _bench = new();
    private readonly GroupCoordinator _groups;

    public SubscriptionTests() => _groups = RestoredGroups.Start(_bench, _bench.Log);

    public async ValueTask DisposeAsync()
    {
        await _groups.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task a_position_that_a_member_was_told_is_not_deleted()
    {
        const int Races = 3000;
        for (var i = 0; i < Races; i++)
        {
            var group = $"g{i}";
            await CommitAsync(group, Read);
            using var start = new Barrier(2);
            var deleting = Task.Run(async () =>
            {
                start.SignalAndWait();
                return (await _groups.DeleteOffsetsAsync(group, [Read], CancellationToken.None)).Error;
            });
            start.SignalAndWait();
            _ = JoinAsync(group, GroupScript.Subscription(Read.Topic));
            var told = PositionOf(group, Read);
            Assert.Equal(KafkaError.None, await deleting);
            Assert.True(told is null || PositionOf(group, Read) == told, $"lost in race {i}");
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("00", true)]
    [InlineData("000000000000ffffffff", false)]
    [InlineData("0000000000010004", true)]
    [InlineData("00000000000100047265", true)]
    [InlineData("000000000001000472656164", true)]
    [InlineData("000000000001000472656164ffffffff", true)]
    [InlineData("00000000000100046c656674ffffffff", false)]
    [InlineData("00010000000100046c656674ffffffff", true)]
    [InlineData("00010000000100046c656674ffffffff00000000", false)]
    [InlineData("00630000000100046c656674ffffffff00000000ffffffffffff", false)]
    [InlineData("ffff0000000100046c656674ffffffff", true)]
    public async Task what_a_subscription_does_not_say_counts_as_read(string subscription, bool isInUse)
    {
        await CommitAsync("g", Read);
        await FormAsync(Convert.FromHexString(subscription));
        var (error, inUse) = await _groups.DeleteOffsetsAsync("g", [Read], CancellationToken.None);
        Assert.Equal((KafkaError.None, isInUse), (error, inUse.Contains(Read.Topic)));
        Assert.Equal(isInUse, PositionOf("g", Read) is not null);
    }

    [Fact]
    public void until_the_first_generation_is_formed_everything_counts_as_read()
    {
        using var rig = new GroupRig(initialDelay: TimeSpan.FromMinutes(1));
        _ = rig.JoinAsync(version: 3);
        lock (rig.Group.Gate)
        {
            Assert.Equal(GroupState.PreparingRebalance, rig.Group.State);
            Assert.True(rig.Group.IsSubscribedTo("any"));
        }
    }

    [Fact]
    public async Task what_a_living_group_has_not_read_for_a_week_goes_and_what_it_reads_stays()
    {
        await CommitAsync("g", Read, Left);
        await FormAsync(GroupScript.Subscription(Read.Topic));
        _bench.Time.Advance(TimeSpan.FromDays(6));
        await _groups.ExpireAsync(CancellationToken.None);
        Assert.Equal(2, _groups.Find("g")!.Offsets.Committed.Count);
        _bench.Time.Advance(TimeSpan.FromDays(1.5));
        await _groups.ExpireAsync(CancellationToken.None);
        Assert.Equal([Read], _groups.Find("g")!.Offsets.Committed.Keys);
    }

    private Task CommitAsync(string group, params TopicPartition[] partitions) =>
        RestoredGroups.CommitAsync(_groups, _bench, group, partitions);

    private ValueTask<JoinGroupResponse> JoinAsync(string group, byte[] subscription) => _groups.JoinAsync(
        new JoinGroupRequest
        {
            GroupId = group,
            ProtocolType = "consumer",
            SessionTimeoutMs = 30_000,
            Protocols = [new() { Name = "range", Metadata = subscription }],
        },
        GroupRig.Context(ApiKey.JoinGroup, version: 3));

    private async Task FormAsync(byte[] subscription)
    {
        var joined = await JoinAsync("g", subscription);
        var synced = await _groups.SyncAsync(
            new SyncGroupRequest { GroupId = "g", MemberId = joined.MemberId, GenerationId = joined.GenerationId },
            GroupRig.Context(ApiKey.SyncGroup, version: 3));
        Assert.Equal((KafkaError.None, GroupState.Stable), (synced.ErrorCode, _groups.Find("g")!.State));
    }

    private long? PositionOf(string group, TopicPartition partition)
    {
        var found = _groups.Find(group)!;
        lock (found.Gate)
            return found.Offsets.Find(partition)?.Offset;
    }
}
