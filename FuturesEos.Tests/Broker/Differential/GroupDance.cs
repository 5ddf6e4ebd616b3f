using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Members of one group who join, sync, commit, leave and err as a seed throws it. Joins and syncs wait for the others, so each
/// member has a connection of its own; what waits at both brokers is let go on when both have answered.
/// </summary>
internal sealed class GroupDance(Twins twins, Random random)
{
    private const int Members = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly List<Member> _members = [];
    private readonly List<string> _asked = [];

    // after the leader left Kafka takes the next one by the hash of random ids: with another one here, all that follows differs
    private bool _isLedByChance;

    private bool _isBeingMade;

    private string Group => twins.Name + "-dance";

    public async Task HoldAsync(int steps)
    {
        await twins.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(
            "create",
            _ => new() { TimeoutMs = 5000, Topics = [new() { Name = twins.Name, NumPartitions = 2, ReplicationFactor = 1 }] },
            7);
        for (var i = 0; i < Members; i++)
            _members.Add(new Member(await twins.AnotherAsync(), i, i == Members - 1 ? $"{twins.Name}-static" : null));
        try
        {
            for (var i = 0; i < steps && !_isLedByChance; i++) await StepAsync(_members[random.Next(Members)]);
        }
        catch (Exception failed)
        {
            Assert.Fail($"{failed.Message}\n\nin the order of the requests\n{string.Join('\n', _asked)}");
        }
        finally
        {
            foreach (var member in _members) await member.Twins.DisposeAsync();
        }
    }

    private async Task StepAsync(Member member)
    {
        await SettleAsync();
        if (member.Pending is not null) return;
        switch (random.Next(23))
        {
            case < 7:
                member.Pending = JoinAsync(member);
                break;
            case < 12:
                member.Pending = SyncAsync(member);
                break;
            case < 14:
                await HeartbeatAsync(member);
                break;
            case < 17:
                await CommitAsync(member);
                break;
            case < 18:
                await LeaveAsync(member);
                break;
            case < 20:
                await DescribeAsync(member);
                break;
            default:
                await DeletePositionsAsync(member);
                break;
        }

        if (member.Pending is null) _asked.Add($"{member.Twins.Kafka.Answers[^1]}");
        await SettleAsync();
    }

    // what one broker has answered the other answers soon; what neither answers waits for other members
    private async Task SettleAsync()
    {
        var waiting = _members.Where(member => member.Pending is not null).ToList();
        if (waiting.Count == 0) return;
        try
        {
            await Task.WhenAll(waiting.Select(member => member.Pending!.Either)).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // some wait for other members
        }

        foreach (var member in waiting.Where(member => member.Pending!.Either.IsCompleted))
        {
            var pending = member.Pending!;
            await EndAsync(pending);
            member.Pending = null;
            pending.Finish();
            if (_isBeingMade) await WhenMadeAsync(member.Twins.Kafka);
        }
    }

    // Kafka refuses the first member for want of an id at once, and shows its group when that is committed, a moment later
    private async Task WhenMadeAsync(Conversation kafka)
    {
        _isBeingMade = false;
        await Eventually.True(async () => await StateAsync(kafka) != "Dead", what: "Kafka shows the group");
    }

    // when the last member leaves and another is promised an id, it is a timer of no time by which Kafka ends the rebalance
    private async Task WhenLeftAsync(Twins asked)
    {
        var due = await StateAsync(asked.Embedded);
        await Eventually.True(async () => await StateAsync(asked.Kafka) == due, what: $"Kafka's group is {due}");
    }

    private async Task<string> StateAsync(Conversation with)
    {
        var shown = await with.Connection.SendAsync<DescribeGroupsRequest, DescribeGroupsResponse>(new() { Groups = [Group] });
        return shown.Groups[0].GroupState;
    }

    private async Task EndAsync(Waiting pending)
    {
        try
        {
            await pending.Both.WaitAsync(Grace);
        }
        catch (TimeoutException)
        {
            var answered = pending.IsAnsweredHere ? "the embedded broker answered, Kafka did not" : "Kafka answered, the embedded broker did not";
            Assert.Fail($"{pending.Title}: {answered}");
        }
    }

    private Waiting JoinAsync(Member member)
    {
        // before version 5 nobody is static: a static member always says so
        var version = member.Instance is null ? Version(JoinGroupRequest.Api) : (short)random.Next(5, JoinGroupRequest.Api.MaxVersion + 1);
        var wrong = random.Next(12);
        var instance = member.Instance;
        var protocols = Pick<string[]>(["range"], ["range"], ["range", "sticky"], ["sticky", "range"], ["other"]);
        if (random.Next(4) > 0) protocols = ["range", "sticky"];
        var subscriptions = protocols.Select(_ => Subscription()).ToArray();
        return Start<JoinGroupRequest, JoinGroupResponse>(
            member,
            $"join {member.Number} {(instance is null ? "" : "static ")}{string.Join(',', protocols)} wrong {wrong}",
            with => new()
            {
                GroupId = wrong == 0 ? "" : Group,
                SessionTimeoutMs = wrong == 1 ? 10 : 60_000,
                RebalanceTimeoutMs = 60_000,
                MemberId = wrong == 2 ? "stranger" : wrong == 3 ? "" : member.IdAt(with),
                GroupInstanceId = instance,
                ProtocolType = wrong == 4 ? "connect" : "consumer",
                Protocols = wrong == 5 ? [] : [.. protocols.Zip(subscriptions, (name, subscription) => new JoinGroupRequest.Protocol { Name = name, Metadata = subscription })],
            },
            version,
            (with, answer) =>
            {
                if (answer.ErrorCode is KafkaError.None or KafkaError.MemberIdRequired) member.Ids[with] = answer.MemberId;
                else if (answer.ErrorCode == KafkaError.UnknownMemberId) member.Ids.Remove(with);
                if (answer.ErrorCode == KafkaError.None) member.Generation = answer.GenerationId;
                _isBeingMade |= answer.ErrorCode == KafkaError.MemberIdRequired;
            });
    }

    // of this topic, of another, of none, or nothing that a consumer writes
    private byte[] Subscription() => random.Next(6) switch
    {
        < 2 => GroupScript.Subscription(twins.Name),
        < 4 => GroupScript.Subscription("another"),
        4 => [0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        _ => [0, 1, 0],
    };

    private Waiting SyncAsync(Member member)
    {
        var version = Version(SyncGroupRequest.Api);
        var wrong = random.Next(10);
        return Start<SyncGroupRequest, SyncGroupResponse>(
            member,
            $"sync {member.Number} wrong {wrong}",
            with => new()
            {
                GroupId = Group,
                GenerationId = member.Generation + (wrong == 0 ? -1 : wrong == 1 ? 5 : 0),
                MemberId = wrong == 2 ? "stranger" : member.IdAt(with),
                GroupInstanceId = version >= 3 ? member.Instance : null,
                ProtocolType = version >= 5 ? wrong == 3 ? "connect" : "consumer" : null,
                ProtocolName = version >= 5 ? wrong == 4 ? "none" : "range" : null,
                Assignments =
                [
                    .. _members.Where(m => m.IdAt(with).Length > 0).Select(m => new SyncGroupRequest.SyncGroupRequestAssignment
                    {
                        MemberId = m.IdAt(with), Assignment = new[] { (byte)m.Number },
                    }),
                ],
            },
            version,
            (_, _) => { });
    }

    private Task HeartbeatAsync(Member member)
    {
        var wrong = random.Next(6);
        var version = Version(HeartbeatRequest.Api);
        return member.Twins.AskAsync<HeartbeatRequest, HeartbeatResponse>(
            $"heartbeat {member.Number} wrong {wrong}",
            with => new()
            {
                GroupId = wrong == 0 ? twins.Name + "-no" : Group,
                GenerationId = member.Generation + (wrong == 1 ? -1 : 0),
                MemberId = wrong == 2 ? "stranger" : member.IdAt(with),
                GroupInstanceId = version >= 3 ? member.Instance : null,
            },
            version);
    }

    private Task CommitAsync(Member member)
    {
        var wrong = random.Next(8);
        var version = Version(OffsetCommitRequest.Api);
        return member.Twins.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            $"commit {member.Number} wrong {wrong}",
            with => new()
            {
                GroupId = wrong == 0 ? twins.Name + "-no" : Group,
                GenerationIdOrMemberEpoch = wrong == 3 ? -1 : member.Generation + (wrong == 1 ? -1 : 0),
                MemberId = wrong is 2 or 3 ? wrong == 2 ? "stranger" : "" : member.IdAt(with),
                GroupInstanceId = version >= 7 && wrong != 3 ? member.Instance : null,
                Topics = [new() { Name = twins.Name, Partitions = [new() { PartitionIndex = 0, CommittedOffset = member.Generation }] }],
            },
            version);
    }

    private async Task LeaveAsync(Member member)
    {
        var wrong = random.Next(4);
        var version = Version(LeaveGroupRequest.Api);
        await member.Twins.AskAsync<LeaveGroupRequest, LeaveGroupResponse>(
            $"leave {member.Number} wrong {wrong}",
            with =>
            {
                var id = wrong == 0 ? "stranger" : member.IdAt(with);
                return new()
                {
                    GroupId = Group,
                    MemberId = id,
                    Members = wrong == 1 && member.Instance is { } instance
                        ? [new() { GroupInstanceId = instance }]
                        : [new() { MemberId = id, GroupInstanceId = member.Instance }],
                };
            },
            version);
        await WhenLeftAsync(member.Twins);
    }

    private async Task DescribeAsync(Member member)
    {
        if (random.Next(3) == 0)
        {
            await member.Twins.AskAsync<DeleteGroupsRequest, DeleteGroupsResponse>(
                "delete", _ => new() { GroupsNames = [Group] }, Version(DeleteGroupsRequest.Api));
            return;
        }

        await member.Twins.AskAsync<DescribeGroupsRequest, DescribeGroupsResponse>(
            "describe", _ => new() { Groups = [Group, twins.Name + "-no"] }, Version(DescribeGroupsRequest.Api));
        await member.Twins.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
            "positions", _ => new() { GroupId = Group, Groups = [new() { GroupId = Group }] }, Version(OffsetFetchRequest.Api));
    }

    private Task DeletePositionsAsync(Member member) => member.Twins.AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>(
        "delete positions",
        _ => new() { GroupId = Group, Topics = [new() { Name = twins.Name, Partitions = [new() { PartitionIndex = 0 }, new() { PartitionIndex = 7 }] }] },
        Version(OffsetDeleteRequest.Api));

    private Waiting Start<TRequest, TResponse>(
        Member member, string title, Func<Conversation, TRequest> make, short version, Action<Conversation, TResponse> onAnswer)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var (embedded, kafka) = (member.Twins.Embedded, member.Twins.Kafka);
        var ours = embedded.TrySendAsync<TRequest, TResponse>(make(embedded), version);
        var theirs = kafka.TrySendAsync<TRequest, TResponse>(make(kafka), version);
        _asked.Add($"{title} ({version})");
        return new Waiting(title, ours, theirs, () =>
        {
            _asked.Add($"answered: {title}: {Code(ours.Result)} and {Code(theirs.Result)}");
            embedded.Note<TRequest, TResponse>(title, ours.Result, version);
            kafka.Note<TRequest, TResponse>(title, theirs.Result, version);
            _isLedByChance |= (Leader(embedded.Answers[^1]), Leader(kafka.Answers[^1])) is ({ Length: > 0 } here, { Length: > 0 } there) && here != there;
            if (_isLedByChance) return;
            member.Twins.Compare();
            if (ours.Result is { } first) onAnswer(embedded, first);
            if (theirs.Result is { } second) onAnswer(kafka, second);
        });
    }

    private short Version(Api api) => (short)random.Next(api.MinVersion, api.MaxVersion + 1);

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];

    private static string? Leader(Answer answer) => answer.Fields.FirstOrDefault(field => field.Path == "Leader").Value;

    private static object? Code<TResponse>(TResponse? answer) => answer switch
    {
        JoinGroupResponse join => join.ErrorCode,
        SyncGroupResponse sync => sync.ErrorCode,
        _ => "closed",
    };

    private sealed record Waiting(string Title, Task Ours, Task Theirs, Action Finish)
    {
        public Task Either { get; } = Task.WhenAny(Ours, Theirs);

        public Task Both { get; } = Task.WhenAll(Ours, Theirs);

        public bool IsAnsweredHere => Ours.IsCompleted;
    }

    private sealed class Member(Twins twins, int number, string? instance)
    {
        public Twins Twins => twins;

        public int Number => number;

        public string? Instance => instance;

        public int Generation { get; set; }

        public Waiting? Pending { get; set; }

        public Dictionary<Conversation, string> Ids { get; } = [];

        public string IdAt(Conversation with) => Ids.FirstOrDefault(id => id.Key == Same(with)).Value ?? "";

        private Conversation Same(Conversation with) => with.IsAt(twins.Embedded) ? twins.Embedded : twins.Kafka;
    }
}
