using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Members and positions, right and wrong.</summary>
internal static class GroupScript
{
    public static async Task HoldAsync(Conversation with)
    {
        await with.MakeAsync(with.Name, 2);
        await StrangersAsync(with);
        var promised = await JoinAsync(with, "an id is promised", "", 6000);
        var joined = await JoinAsync(with, "joined", promised.MemberId, 6000);
        await SyncAsync(with, "the leader assigns", joined.MemberId, joined.GenerationId);
        await HeartbeatAsync(with, "alive", joined.MemberId, joined.GenerationId);
        await HeartbeatAsync(with, "alive in an old generation", joined.MemberId, 0);
        await HeartbeatAsync(with, "a stranger is alive", "stranger", joined.GenerationId);
        await with.AskAsync<JoinGroupRequest, JoinGroupResponse>("another protocol", Join(with, "", 6000, "sticky"), 5);
        await CommitsAsync(with, joined.MemberId, joined.GenerationId);
        await with.AskAsync<ListGroupsRequest, ListGroupsResponse>("no group in that state", new() { StatesFilter = ["Dead"] }, 4);
        await with.AskAsync<DeleteGroupsRequest, DeleteGroupsResponse>("delete while in use", new() { GroupsNames = [with.Name, with.Name + "-no"] }, 2);
        await with.AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>("delete a position in use", OffsetDelete(with.Name, with.Name), 0);
        await with.AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>("delete a position of no group", OffsetDelete(with.Name + "-no", with.Name), 0);
        await with.AskAsync<LeaveGroupRequest, LeaveGroupResponse>("a stranger leaves", new() { GroupId = with.Name, Members = [new() { MemberId = "stranger" }] }, 4);
        await with.AskAsync<LeaveGroupRequest, LeaveGroupResponse>("left", new() { GroupId = with.Name, Members = [new() { MemberId = joined.MemberId }] }, 4);
        await HeartbeatAsync(with, "alive after leaving", joined.MemberId, joined.GenerationId);
        foreach (var version in (short[])[5, 6])
            await with.AskAsync<DescribeGroupsRequest, DescribeGroupsResponse>($"described {version}", new() { Groups = [with.Name, with.Name + "-no"] }, version);
        await with.AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>("delete a position", OffsetDelete(with.Name, with.Name), 0);
        await with.AskAsync<DeleteGroupsRequest, DeleteGroupsResponse>("deleted", new() { GroupsNames = [with.Name] }, 2);
        await FetchAsync(with, "positions of a deleted group", with.Name, null);
    }

    /// <summary>What a consumer of the topic writes into its subscription, version 0.</summary>
    public static byte[] Subscription(string topic) =>
        [0, 0, 0, 0, 0, 1, 0, (byte)topic.Length, .. System.Text.Encoding.ASCII.GetBytes(topic), 0xff, 0xff, 0xff, 0xff];

    private static async Task StrangersAsync(Conversation with)
    {
        await JoinAsync(with, "a session too short", "", 10);
        await JoinAsync(with, "a stranger joins", "stranger", 6000);
        await with.AskAsync<JoinGroupRequest, JoinGroupResponse>("no group id", new() { SessionTimeoutMs = 6000, ProtocolType = "consumer", Protocols = [new() { Name = "range" }] }, 5);
        await HeartbeatAsync(with, "alive in no group", "stranger", 1);
        await SyncAsync(with, "sync in no group", "stranger", 1);
        await with.AskAsync<LeaveGroupRequest, LeaveGroupResponse>("leave no group", new() { GroupId = with.Name + "-no", Members = [new() { MemberId = "stranger" }] }, 4);
        await with.AskAsync<LeaveGroupRequest, LeaveGroupResponse>("leave no group, version 1", new() { GroupId = with.Name + "-no", MemberId = "stranger" }, 1);
        await CommitAsync(with, "commit to no group", "stranger", 5, with.Name + "-no", 8);
        await CommitAsync(with, "commit to no group, version 9", "stranger", 5, with.Name + "-no", 9);
        await FetchAsync(with, "positions of no group", with.Name + "-no", with.Name);
        await FetchAsync(with, "all positions of no group", with.Name + "-no", null);
    }

    private static async Task CommitsAsync(Conversation with, string member, int generation)
    {
        await CommitAsync(with, "committed", member, generation, with.Name, 8);
        await CommitAsync(with, "committed by nobody", "", -1, with.Name, 8);
        await CommitAsync(with, "committed by a stranger", "stranger", generation, with.Name, 8);
        await CommitAsync(with, "committed in an old generation", member, generation - 1, with.Name, 8);
        await CommitAsync(with, "committed in no topic", member, generation, with.Name, 8, with.Name + "-no");
        await CommitAsync(with, "committed with too much to say", member, generation, with.Name, 8, metadata: new string('x', 5000));
        await FetchAsync(with, "positions", with.Name, with.Name);
        await FetchAsync(with, "all positions", with.Name, null);
        await with.AskAsync<OffsetFetchRequest, OffsetFetchResponse>("positions, version 5", new() { GroupId = with.Name, Topics = [new() { Name = with.Name, PartitionIndexes = [0, 1, 7] }] }, 5);
    }

    private static JoinGroupRequest Join(Conversation with, string member, int sessionTimeoutMs, string protocol = "range") => new()
    {
        GroupId = with.Name,
        MemberId = member,
        SessionTimeoutMs = sessionTimeoutMs,
        RebalanceTimeoutMs = 5000,
        ProtocolType = "consumer",
        Protocols = [new() { Name = protocol, Metadata = Subscription(with.Name) }],
    };

    private static Task<JoinGroupResponse> JoinAsync(Conversation with, string title, string member, int sessionTimeoutMs) =>
        with.AskAsync<JoinGroupRequest, JoinGroupResponse>(title, Join(with, member, sessionTimeoutMs), 5);

    private static Task SyncAsync(Conversation with, string title, string member, int generation) =>
        with.AskAsync<SyncGroupRequest, SyncGroupResponse>(
            title,
            new() { GroupId = with.Name, MemberId = member, GenerationId = generation, Assignments = [new() { MemberId = member, Assignment = new byte[] { 1, 2 } }] },
            3);

    private static Task HeartbeatAsync(Conversation with, string title, string member, int generation) =>
        with.AskAsync<HeartbeatRequest, HeartbeatResponse>(title, new() { GroupId = with.Name, MemberId = member, GenerationId = generation }, 3);

    private static Task CommitAsync(
        Conversation with, string title, string member, int generation, string group, short version, string? topic = null, string metadata = "m") =>
        with.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            title,
            new()
            {
                GroupId = group,
                MemberId = member,
                GenerationIdOrMemberEpoch = generation,
                Topics = [new() { Name = topic ?? with.Name, Partitions = [new() { PartitionIndex = 0, CommittedOffset = 5, CommittedMetadata = metadata }] }],
            },
            version);

    private static Task FetchAsync(Conversation with, string title, string group, string? topic) =>
        with.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
            title,
            new() { RequireStable = true, Groups = [new() { GroupId = group, Topics = topic is null ? null : [new() { Name = topic, PartitionIndexes = [0, 1, 7] }] }] },
            8);

    private static OffsetDeleteRequest OffsetDelete(string group, string topic) =>
        new() { GroupId = group, Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = 0 }] }] };
}
