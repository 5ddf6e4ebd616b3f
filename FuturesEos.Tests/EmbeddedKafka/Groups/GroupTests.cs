using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.KafkaProtocol;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

public class GroupTests
{
    [Fact]
    public async Task a_newcomer_is_given_an_id_first_and_an_older_one_joins_at_once()
    {
        using var rig = new GroupRig();
        var promised = await rig.JoinAsync();
        Assert.Equal(KafkaError.MemberIdRequired, promised.ErrorCode);
        Assert.StartsWith("client-", promised.MemberId);
        var joined = await rig.JoinAsync(promised.MemberId);
        Assert.Equal((KafkaError.None, 1, promised.MemberId), (joined.ErrorCode, joined.GenerationId, joined.Leader));
        using var older = new GroupRig();
        Assert.Equal(KafkaError.None, (await older.JoinAsync(version: 3)).ErrorCode);
    }

    [Fact]
    public async Task a_promised_member_is_waited_for_and_forgotten_when_it_does_not_come()
    {
        using var rig = new GroupRig();
        var leader = await rig.EnterAsync();
        await rig.SyncAsync(leader, null, (leader.MemberId, 1));
        rig.SessionTimeoutMs = 300;
        var promised = await rig.JoinAsync();
        rig.SessionTimeoutMs = 30_000;
        var again = rig.JoinAsync(leader.MemberId);
        Assert.False(again.IsCompleted);
        Assert.Equal(2, (await again.WaitAsync(Deadline.Usual)).GenerationId);
        Assert.Equal(KafkaError.UnknownMemberId, (await rig.JoinAsync(promised.MemberId)).ErrorCode);
    }

    [Fact]
    public async Task the_first_generation_of_an_empty_group_waits_for_nobody_who_was_promised_an_id()
    {
        using var rig = new GroupRig();
        await rig.JoinAsync();
        var joined = rig.JoinAsync(instanceId: "static");
        Assert.True(joined.IsCompleted);
        Assert.Equal(1, (await joined).GenerationId);
    }

    [Fact]
    public async Task a_formed_group_rebalances_when_a_promised_member_leaves()
    {
        using var rig = new GroupRig();
        var leader = await rig.EnterAsync();
        await rig.SyncAsync(leader, null, (leader.MemberId, 1));
        var promised = await rig.JoinAsync();
        Assert.Equal((KafkaError.None, GroupState.Stable), (rig.Heartbeat(leader), rig.Group.State));
        Assert.Equal(KafkaError.None, rig.Group.Leave(promised.MemberId, null));
        Assert.Equal((KafkaError.RebalanceInProgress, GroupState.PreparingRebalance), (rig.Heartbeat(leader), rig.Group.State));
    }

    [Fact]
    public async Task a_formed_group_is_empty_when_its_last_member_has_left_whoever_was_promised_an_id()
    {
        using var rig = new GroupRig();
        var leader = await rig.EnterAsync();
        await rig.SyncAsync(leader, null, (leader.MemberId, 1));
        await rig.JoinAsync();
        Assert.Equal(KafkaError.None, rig.Group.Leave(leader.MemberId, null));
        Assert.Equal((GroupState.Empty, 2), (rig.Group.State, rig.Group.Generation));
    }

    [Fact]
    public async Task what_as_many_members_want_is_decided_as_by_Kafka()
    {
        using var rig = new GroupRig();
        var first = await rig.JoinAsync(version: 3, protocols: ["range", "sticky"]);
        _ = rig.JoinAsync(version: 3, protocols: ["sticky", "range"]);
        Assert.Equal("range", first.ProtocolName);
        Assert.Equal("sticky", (await rig.JoinAsync(first.MemberId, protocols: ["range", "sticky"])).ProtocolName);
    }

    [Fact]
    public async Task the_leader_assigns_and_everybody_gets_a_share()
    {
        using var rig = new GroupRig();
        var first = await rig.EnterAsync();
        var second = rig.EnterAsync();
        Assert.Equal(KafkaError.RebalanceInProgress, rig.Heartbeat(first));
        var again = await rig.JoinAsync(first.MemberId);
        var other = await second;
        Assert.Equal((2, 2), (again.GenerationId, other.GenerationId));
        Assert.Equal(2, again.Members.Length);
        Assert.Empty(other.Members);
        var waiting = rig.SyncAsync(other);
        Assert.False(waiting.IsCompleted);
        var leaders = await rig.SyncAsync(again, null, (again.MemberId, 1), (other.MemberId, 2));
        Assert.Equal([1], leaders.Assignment.ToArray());
        Assert.Equal([2], (await waiting).Assignment.ToArray());
        Assert.Equal((GroupState.Stable, KafkaError.None), (rig.Group.State, rig.Heartbeat(other)));
        Assert.Equal([2], (await rig.SyncAsync(other)).Assignment.ToArray());
    }

    [Fact]
    public async Task a_stranger_an_old_generation_and_a_foreign_protocol_are_refused()
    {
        using var rig = new GroupRig();
        var member = await rig.EnterAsync();
        await rig.SyncAsync(member);
        Assert.Equal(KafkaError.UnknownMemberId, (await rig.JoinAsync("stranger")).ErrorCode);
        Assert.Equal(KafkaError.InconsistentGroupProtocol, (await rig.JoinAsync(protocols: "sticky")).ErrorCode);
        member.GenerationId = 0;
        Assert.Equal(KafkaError.IllegalGeneration, rig.Heartbeat(member));
        Assert.Equal(KafkaError.IllegalGeneration, (await rig.SyncAsync(member)).ErrorCode);
        member.MemberId = "stranger";
        Assert.Equal(KafkaError.UnknownMemberId, rig.Heartbeat(member));
        Assert.Equal(KafkaError.UnknownMemberId, rig.Group.Leave("stranger", null));
    }

    [Fact]
    public async Task a_follower_that_joins_unchanged_starts_nothing_and_a_leader_does()
    {
        using var rig = new GroupRig();
        var leader = await rig.EnterAsync();
        var entering = rig.EnterAsync();
        leader = await rig.JoinAsync(leader.MemberId);
        var follower = await entering;
        await rig.SyncAsync(leader);
        Assert.Equal(2, (await rig.JoinAsync(follower.MemberId)).GenerationId);
        Assert.Equal(GroupState.Stable, rig.Group.State);
        var changed = rig.JoinAsync(follower.MemberId, metadata: "other topics");
        Assert.Equal(GroupState.PreparingRebalance, rig.Group.State);
        leader = await rig.JoinAsync(leader.MemberId);
        Assert.Equal(3, (await changed).GenerationId);
        await rig.SyncAsync(leader);
        _ = rig.JoinAsync(leader.MemberId);
        Assert.Equal(GroupState.PreparingRebalance, rig.Group.State);
    }

    [Fact]
    public async Task whoever_falls_silent_is_removed_and_the_rest_goes_on()
    {
        using var rig = new GroupRig { SessionTimeoutMs = 300, RebalanceTimeoutMs = 500 };
        var silent = await rig.EnterAsync();
        await rig.SyncAsync(silent);
        rig.SessionTimeoutMs = 30_000;
        var alone = await rig.EnterAsync().WaitAsync(Deadline.Usual);
        Assert.Equal(alone.MemberId, alone.Leader);
        Assert.Equal(KafkaError.UnknownMemberId, rig.Heartbeat(silent));
        Assert.Single(rig.Group.Members.All);
    }

    [Fact]
    public async Task whoever_does_not_join_in_time_is_left_out_and_whoever_does_not_sync_too()
    {
        using var rig = new GroupRig { RebalanceTimeoutMs = 300 };
        var first = await rig.EnterAsync();
        await rig.SyncAsync(first);
        var second = await rig.EnterAsync().WaitAsync(Deadline.Usual); // first heartbeats no more and does not join
        Assert.Equal(2, second.GenerationId);
        Assert.Equal(KafkaError.UnknownMemberId, rig.Heartbeat(first));
        await Eventually.True(() => rig.Group.State == GroupState.Empty); // second never asks for its assignment
    }

    [Fact]
    public async Task a_static_member_that_comes_back_keeps_its_place_and_fences_its_former_self()
    {
        using var rig = new GroupRig();
        var leader = await rig.JoinAsync(instanceId: "one");
        var entering = rig.JoinAsync(instanceId: "two");
        leader = await rig.JoinAsync(leader.MemberId, "one");
        var follower = await entering;
        await rig.SyncAsync(leader, "one", (leader.MemberId, 1), (follower.MemberId, 2));

        var back = await rig.JoinAsync(instanceId: "two");
        Assert.Equal((KafkaError.None, 2), (back.ErrorCode, back.GenerationId));
        Assert.NotEqual(follower.MemberId, back.MemberId);
        Assert.Equal([2], (await rig.SyncAsync(back, "two")).Assignment.ToArray());
        Assert.Equal(KafkaError.FencedInstanceId, rig.Heartbeat(follower, "two"));
        Assert.Equal(KafkaError.FencedInstanceId, rig.Commit(follower.MemberId, "two", 2));

        var leaderBack = await rig.JoinAsync(instanceId: "one");
        Assert.True(leaderBack.SkipAssignment);
        Assert.Equal(leaderBack.MemberId, leaderBack.Leader);
        var older = await rig.JoinAsync(instanceId: "one", version: 5);
        Assert.Equal((false, leaderBack.MemberId), (older.SkipAssignment, older.Leader));
        Assert.Equal([1], (await rig.SyncAsync(older, "one")).Assignment.ToArray());
        Assert.Equal(KafkaError.None, rig.Group.Leave("", "two"));
    }

    [Fact]
    public async Task positions_are_taken_from_members_of_the_generation_only()
    {
        using var rig = new GroupRig();
        Assert.Equal(KafkaError.None, rig.Commit());
        var member = await rig.EnterAsync();
        Assert.Equal(KafkaError.RebalanceInProgress, rig.Commit(member.MemberId, null, 1));
        Assert.Equal(KafkaError.None, rig.Commit(member.MemberId, null, 1, isTransactional: true));
        await rig.SyncAsync(member);
        Assert.Equal(KafkaError.None, rig.Commit(member.MemberId, null, 1));
        Assert.Equal(KafkaError.IllegalGeneration, rig.Commit(member.MemberId, null, 0));
        Assert.Equal(KafkaError.IllegalGeneration, rig.Commit(member.MemberId, null, 0, isTransactional: true));
        Assert.Equal(KafkaError.UnknownMemberId, rig.Commit("stranger", null, 1, isTransactional: true));
        Assert.Equal(KafkaError.UnknownMemberId, rig.Commit());

        // KIP-447 does not protect who does not say who it is; Kafka takes this too
        Assert.Equal(KafkaError.None, rig.Commit(isTransactional: true));
    }

    [Fact]
    public async Task the_first_members_are_waited_for_when_a_delay_is_set()
    {
        using var rig = new GroupRig(TimeSpan.FromMilliseconds(400));
        var first = rig.EnterAsync();
        var second = rig.EnterAsync();
        Assert.Equal((1, 1), ((await first).GenerationId, (await second).GenerationId));
    }

    [Fact]
    public async Task a_group_goes_on_from_what_was_kept()
    {
        using var rig = new GroupRig();
        var member = await rig.EnterAsync();
        await rig.SyncAsync(member, null, (member.MemberId, 7));
        GroupValue kept;
        lock (rig.Group.Gate)
            kept = rig.Group.Snapshot();
        using var restarted = new GroupRig();
        restarted.Group.Restore(kept);
        Assert.Equal(KafkaError.None, restarted.Heartbeat(member));
        Assert.Equal([7], (await restarted.SyncAsync(member)).Assignment.ToArray());
    }
}
