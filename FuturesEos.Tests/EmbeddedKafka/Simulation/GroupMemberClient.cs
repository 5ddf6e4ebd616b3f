using System.Text;
using FuturesEos.EmbeddedKafka;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// A consumer in the group: joins, shares out where it leads, commits, leaves, and sometimes sleeps past its session.
/// </summary>
internal sealed class GroupMemberClient(SimulationRun run, string name) : SimulatedClient(run, name)
{
    public const string Group = "g";

    private const string Protocol = "range";
    private static readonly TimeSpan JoinPatience = TimeSpan.FromSeconds(25);

    private readonly int _sessionMs = run.Random.Next(6, 10) * 1000;

    public int Generation { get; private set; } = -1;

    public string MemberId { get; private set; } = "";

    public byte[] Owned { get; private set; } = [];

    protected override async Task LiveAsync()
    {
        while (true)
        {
            if (await JoinAsync() is not { } joined || !await SyncAsync(joined)) continue;
            while (await WorkAsync()) await PauseAsync(Random.Next(60) == 0 && !Run.IsHealing ? 25_000 : 2000);
            Owned = [];
            if (MemberId.Length > 0) continue;
            await PauseAsync(Run.IsHealing ? 100 : 5000);
        }
    }

    private async Task<JoinGroupResponse?> JoinAsync()
    {
        var answer = await AskAsync<JoinGroupRequest, JoinGroupResponse>(
            "join",
            new()
            {
                GroupId = Group,
                MemberId = MemberId,
                SessionTimeoutMs = _sessionMs,
                RebalanceTimeoutMs = _sessionMs,
                ProtocolType = "consumer",
                Protocols = [new() { Name = Protocol, Metadata = Encoding.ASCII.GetBytes(Name) }],
            },
            version: 7,
            answer => $"{answer.ErrorCode} {answer.GenerationId}",
            answer =>
            {
                if (answer.ErrorCode == KafkaError.None) Run.Generations.Joined(answer.GenerationId);
            },
            JoinPatience);
        switch (answer?.ErrorCode)
        {
            case KafkaError.None:
                (Generation, MemberId) = (answer.GenerationId, answer.MemberId);
                return answer;
            case KafkaError.MemberIdRequired:
                MemberId = answer.MemberId;
                break;
            case KafkaError.UnknownMemberId:
                MemberId = "";
                break;
            case null or KafkaError.RebalanceInProgress or KafkaError.CoordinatorNotAvailable:
                break;
            default:
                Run.Fail($"{Name}: a join is answered {answer.ErrorCode}");
                break;
        }

        await PauseAsync(100);
        return null;
    }

    private async Task<bool> SyncAsync(JoinGroupResponse joined)
    {
        var members = joined.Leader == MemberId ? joined.Members.Select(m => m.MemberId).ToList() : [];
        var (generation, member) = (Generation, MemberId);
        var answer = await AskAsync<SyncGroupRequest, SyncGroupResponse>(
            $"sync {generation} for {members.Count}",
            new()
            {
                GroupId = Group,
                GenerationId = generation,
                MemberId = member,
                Assignments =
                [
                    .. members.Select((id, at) => new SyncGroupRequest.SyncGroupRequestAssignment
                    {
                        MemberId = id,
                        Assignment = PartsOf(at, members.Count),
                    }),
                ],
            },
            version: 3,
            answer => $"{answer.ErrorCode} {Convert.ToHexString(answer.Assignment.Span)}",
            answer =>
            {
                Run.Generations.Check("a sync", generation, answer.ErrorCode);
                if (answer.ErrorCode == KafkaError.None)
                    Run.Generations.Owns(member, generation, answer.Assignment.ToArray());
            },
            JoinPatience);
        if (answer is { ErrorCode: KafkaError.None })
        {
            Owned = answer.Assignment.ToArray();
            return true;
        }

        if (answer is { ErrorCode: KafkaError.UnknownMemberId }) MemberId = "";
        return false;
    }

    private static byte[] PartsOf(int at, int members) =>
        [.. SimulatedBroker.AllPartitions.Where(p => p % members == at)];

    /// <summary>A heartbeat, perhaps a commit or a look at what is committed; false when it must join again.</summary>
    private async Task<bool> WorkAsync()
    {
        var (generation, member) = (Generation, MemberId);
        var answer = await AskAsync<HeartbeatRequest, HeartbeatResponse>(
            $"heartbeat {generation}",
            new() { GroupId = Group, GenerationId = generation, MemberId = member },
            version: 3,
            answer => answer.ErrorCode,
            answer => Run.Generations.Check("a heartbeat", generation, answer.ErrorCode));
        if (answer is null) return true;
        if (answer.ErrorCode == KafkaError.UnknownMemberId) MemberId = "";
        if (answer.ErrorCode != KafkaError.None) return false;
        switch (Random.Next(12))
        {
            case < 4 when Owned.Length > 0:
                return await CommitAsync(Owned[Random.Next(Owned.Length)]);
            case < 7:
                await FetchAsync(SimulatedBroker.SomePosition(Random), isStable: Random.Next(2) == 0);
                return true;
            case 11 when !Run.IsHealing && Random.Next(4) == 0:
                await AskAsync<LeaveGroupRequest, LeaveGroupResponse>(
                    "leave",
                    new() { GroupId = Group, Members = [new() { MemberId = member }] },
                    version: 3,
                    answer => answer.Members[0].ErrorCode);
                MemberId = "";
                return false;
            default:
                return true;
        }
    }

    private async Task<bool> CommitAsync(int partition)
    {
        var (generation, position) = (Generation, Run.Witness.NewPosition(null));
        var answer = await AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            $"commit {partition}={position} in generation {generation}",
            new()
            {
                GroupId = Group,
                GenerationIdOrMemberEpoch = generation,
                MemberId = MemberId,
                Topics =
                [
                    new()
                    {
                        Name = SimulatedBroker.Topic,
                        Partitions = [new() { PartitionIndex = partition, CommittedOffset = position }],
                    },
                ],
            },
            version: 7,
            answer => answer.Topics[0].Partitions[0].ErrorCode,
            answer =>
            {
                var error = answer.Topics[0].Partitions[0].ErrorCode;
                Run.Generations.CheckCommit("a commit", generation, error);
                if (error == KafkaError.None) Run.Witness.Acknowledge(position);
            });
        var told = answer?.Topics[0].Partitions[0].ErrorCode;
        return told is null or KafkaError.None or KafkaError.CoordinatorNotAvailable;
    }

    private Task FetchAsync(TopicPartition of, bool isStable)
    {
        var changes = Run.Witness.Positions.Changes(of);
        return AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
            $"position of {of}{(isStable ? ", stable" : "")}",
            new()
            {
                GroupId = Group,
                RequireStable = isStable,
                Topics = [new() { Name = of.Topic, PartitionIndexes = [of.Partition] }],
            },
            version: 7,
            answer => answer.Topics[0].Partitions[0] is var p ? $"{p.ErrorCode} {p.CommittedOffset}" : "",
            answer => Run.Witness.CheckPosition(of, isStable, changes, answer.Topics[0].Partitions[0]));
    }
}
