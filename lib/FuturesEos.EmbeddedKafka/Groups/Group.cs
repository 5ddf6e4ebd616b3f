using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// One consumer group: who is in it and which generation they are in. Every call is short and under the group's lock;
/// joins and syncs that must wait are tasks which a later call, or the timer, completes. This part takes the calls;
/// Group.Rebalance.cs moves between the states, Group.Positions.cs says whose positions may change.
/// </summary>
internal sealed partial class Group : IDisposable
{
    private const int MembersMax = 1000;
    private const short MemberIdRequiredFrom = 4;
    private const short SkipAssignmentFrom = 9;

    private readonly EmbeddedKafkaOptions _options;
    private readonly ILogger _logger;
    private readonly Action<Group> _save;
    private readonly GroupMemory _memory;
    private readonly GroupMembers _members = new();
    private readonly GroupTimer _timer;
    private TimeSpan? _joinDeadline;
    private TimeSpan? _syncDeadline;
    private TimeSpan? _initialDelayEnd;

    // what the group was counted for last
    private long _counted;
    private long _memberBytes;

    // when the last member left, ms; 0 where there never was one
    private long _emptySince;

    public Group(
        string id,
        EmbeddedKafkaOptions options,
        ILogger logger,
        Action<Group>? save = null,
        GroupMemory? memory = null)
    {
        Id = id;
        _options = options;
        _logger = logger;
        _save = save ?? (_ => { });
        _memory = memory ?? new GroupMemory(long.MaxValue);
        _timer = new GroupTimer(options.Time, OnTimer);
    }

    public string Id { get; }

    /// <summary>Guards everything here, and the group's positions.</summary>
    public Lock Gate { get; } = new();

    public GroupState State { get; private set; } = GroupState.Empty;

    public int Generation { get; private set; }

    public string ProtocolType { get; private set; } = "";

    public string? Protocol { get; private set; }

    public GroupMembers Members => _members;

    public GroupOffsets Offsets { get; } = new();

    private TimeSpan Now => _options.Time.GetElapsedTime(0);

    public void Dispose()
    {
        lock (Gate)
            Release();
    }

    /// <summary>Counts what the group holds now. The caller holds the lock.</summary>
    public void Account()
    {
        if (State == GroupState.Dead)
            return;
        var holds = GroupMemory.Group + _memberBytes + Offsets.Bytes;
        _memory.Add(holds - _counted);
        _counted = holds;
    }

    public Task<JoinGroupResponse> JoinAsync(JoinGroupRequest request, RequestContext context)
    {
        // the request's bytes live no longer than the request
        var protocols = request.Protocols.Select(p => (p.Name, p.Metadata.ToArray())).ToArray();
        lock (Gate)
        {
            if (State == GroupState.Dead)
                return GroupAnswers.JoinRefused(KafkaError.CoordinatorNotAvailable, request.MemberId);
            if (!AcceptsProtocols(request, protocols))
                return GroupAnswers.JoinRefused(KafkaError.InconsistentGroupProtocol, request.MemberId);
            var answer = request.MemberId.Length == 0
                ? JoinNew(request, context, protocols)
                : JoinKnown(request, context, protocols);
            ArmTimer();
            return answer;
        }
    }

    public Task<SyncGroupResponse> SyncAsync(SyncGroupRequest request)
    {
        lock (Gate)
        {
            var error = Check(request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
            if (error != KafkaError.None)
                return GroupAnswers.SyncRefused(error);
            if ((request.ProtocolType ?? ProtocolType) != ProtocolType
                || (request.ProtocolName ?? Protocol) != Protocol)
            {
                return GroupAnswers.SyncRefused(KafkaError.InconsistentGroupProtocol);
            }

            if (State == GroupState.PreparingRebalance)
                return GroupAnswers.SyncRefused(KafkaError.RebalanceInProgress);
            member!.HasSynced = true;
            if (State == GroupState.Stable)
            {
                Touch(member);
                return Task.FromResult(GroupAnswers.Synced(this, member));
            }

            member.Sync?.TrySetResult(GroupAnswers.Sync(KafkaError.RebalanceInProgress));
            member.Sync = new TaskCompletionSource<SyncGroupResponse>(
                TaskCreationOptions.RunContinuationsAsynchronously);
            var answer = member.Sync.Task;
            if (_members.IsLeader(member))
                TakeAssignment(request);
            ArmTimer();
            return answer;
        }
    }

    public KafkaError Heartbeat(HeartbeatRequest request)
    {
        lock (Gate)
        {
            var error = Check(request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
            if (error != KafkaError.None)
                return error;
            Touch(member!);
            return State == GroupState.PreparingRebalance ? KafkaError.RebalanceInProgress : KafkaError.None;
        }
    }

    public KafkaError Leave(string memberId, string? instanceId)
    {
        lock (Gate)
        {
            if (State == GroupState.Dead)
                return KafkaError.CoordinatorNotAvailable;
            if (_members.Promised.Remove(memberId))
            {
                // a formed group rebalances though nobody of it has left, as in Kafka
                if (State != GroupState.Empty)
                    Rebalance("a member left before it had joined");
                ArmTimer();
                return KafkaError.None;
            }

            var id = memberId.Length == 0 && instanceId is not null
                ? _members.FindInstance(instanceId)?.Id ?? ""
                : memberId;
            var error = _members.Identify(id, instanceId, out var member);
            if (error != KafkaError.None)
                return error;
            Remove(member!, "it left");
            ArmTimer();
            return KafkaError.None;
        }
    }

    /// <summary>
    /// The client that waited for this answer is gone: from now on its member has a session's time to come back.
    /// </summary>
    public void Abandon(Task answer)
    {
        lock (Gate)
        {
            if (_members.All.FirstOrDefault(m => m.Join?.Task == answer || m.Sync?.Task == answer) is not { } member)
                return;
            if (member.Join?.Task == answer)
                member.Join = null;
            else
                member.Sync = null;
            Touch(member);
            ArmTimer();
        }
    }

    /// <summary>Ends the group, which nobody is in. The caller holds the lock.</summary>
    public void Kill()
    {
        State = GroupState.Dead;
        Release();
    }

    private void Release()
    {
        _timer.Dispose();
        _memory.Add(-_counted);
        _counted = 0;
    }

    private static GroupMember NewMember(
        string id, JoinGroupRequest request, RequestContext context, (string, byte[])[] protocols) => new()
        {
            Id = id,
            InstanceId = request.GroupInstanceId,
            ClientId = context.ClientId,
            ClientHost = context.ClientHost,
            Protocols = protocols,
            SessionTimeout = TimeSpan.FromMilliseconds(request.SessionTimeoutMs),
            RebalanceTimeout = RebalanceTimeoutOf(request),
        };

    // version 0 has no rebalance timeout: the session's counts
    private static TimeSpan RebalanceTimeoutOf(JoinGroupRequest request) => TimeSpan.FromMilliseconds(
        request.RebalanceTimeoutMs < 0 ? request.SessionTimeoutMs : request.RebalanceTimeoutMs);

    private bool AcceptsProtocols(JoinGroupRequest request, (string Name, byte[] Metadata)[] protocols)
    {
        if (request.ProtocolType.Length == 0 || protocols.Length == 0)
            return false;
        return _members.Count == 0
            || (request.ProtocolType == ProtocolType && _members.Supports(protocols));
    }

    private Task<JoinGroupResponse> JoinNew(
        JoinGroupRequest request, RequestContext context, (string, byte[])[] protocols)
    {
        var prefix = request.GroupInstanceId ?? context.ClientId;
        var id = $"{prefix}-{Guid.NewGuid()}";
        if (request.GroupInstanceId is not null && _members.FindInstance(request.GroupInstanceId) is { } former)
            return Replace(former, id, request, context, protocols);
        if (_members.Count + _members.Promised.Count >= MembersMax)
            return GroupAnswers.JoinRefused(KafkaError.GroupMaxSizeReached, "");
        if (request.GroupInstanceId is null && context.Version >= MemberIdRequiredFrom)
        {
            _members.Promised[id] = Now + TimeSpan.FromMilliseconds(request.SessionTimeoutMs);
            return GroupAnswers.JoinRefused(KafkaError.MemberIdRequired, id);
        }

        return Enter(NewMember(id, request, context, protocols), request);
    }

    private Task<JoinGroupResponse> JoinKnown(
        JoinGroupRequest request, RequestContext context, (string, byte[])[] protocols)
    {
        if (request.GroupInstanceId is null && _members.Promised.Remove(request.MemberId))
            return Enter(NewMember(request.MemberId, request, context, protocols), request);
        var error = _members.Identify(request.MemberId, request.GroupInstanceId, out var member);
        if (error != KafkaError.None)
            return GroupAnswers.JoinRefused(error, request.MemberId);

        // nothing new: in a formed generation a follower, or while syncing anybody, gets the same answer again
        var isUnchanged = member!.IsSame(protocols);
        var isRepeat = State == GroupState.CompletingRebalance
            || (State == GroupState.Stable && !_members.IsLeader(member));
        if (isUnchanged && isRepeat)
        {
            Touch(member);
            return Task.FromResult(
                GroupAnswers.Joined(this, member, withMembers: State == GroupState.CompletingRebalance));
        }

        Update(member, request, protocols);
        return AwaitGeneration(member, "a member joined again");
    }

    // KIP-345: the process behind a static member came back and knows nothing; its former self is fenced
    private Task<JoinGroupResponse> Replace(
        GroupMember member,
        string newId,
        JoinGroupRequest request,
        RequestContext context,
        (string, byte[])[] protocols)
    {
        var formerId = member.Id;
        Release(member, KafkaError.FencedInstanceId);
        _members.Rename(member, newId);
        member.ClientId = context.ClientId;
        member.ClientHost = context.ClientHost;
        Update(member, request, protocols);
        if (State != GroupState.Stable || _members.SelectProtocol() != Protocol)
            return AwaitGeneration(member, "a static member was replaced");

        Touch(member);
        _save(this);
        if (context.Version >= SkipAssignmentFrom)
        {
            var answer = GroupAnswers.Joined(this, member, withMembers: true);
            answer.SkipAssignment = _members.IsLeader(member);
            return Task.FromResult(answer);
        }

        // before KIP-814 a returning leader is told that its former self leads, so that it hands in no assignment
        var older = GroupAnswers.Joined(this, member, withMembers: false);
        older.Leader = _members.IsLeader(member) ? formerId : _members.LeaderId ?? "";
        return Task.FromResult(older);
    }

    private Task<JoinGroupResponse> Enter(GroupMember member, JoinGroupRequest request)
    {
        if (_members.Count == 0)
            ProtocolType = request.ProtocolType;
        _members.Add(member);
        if (_initialDelayEnd is { } end)
            _joinDeadline = TimeSpan.FromTicks(Math.Min((Now + _options.GroupInitialRebalanceDelay).Ticks, end.Ticks));
        return AwaitGeneration(member, "a member joined");
    }
}
