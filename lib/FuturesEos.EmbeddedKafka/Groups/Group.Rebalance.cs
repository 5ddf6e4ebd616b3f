using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>How a group moves between its states; see <see cref="GroupState"/> for the picture.</summary>
internal sealed partial class Group
{
    /// <summary>What is to be kept of the group. The caller holds the lock.</summary>
    public GroupValue Snapshot() => new()
    {
        ProtocolType = ProtocolType,
        Generation = Generation,
        Protocol = Protocol,
        Leader = _members.LeaderId,
        CurrentStateTimestamp = _options.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        Members =
        [
            .. _members.All.Select(member => new GroupValue.Member
            {
                MemberId = member.Id,
                GroupInstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                RebalanceTimeoutMs = (int)member.RebalanceTimeout.TotalMilliseconds,
                SessionTimeoutMs = (int)member.SessionTimeout.TotalMilliseconds,
                Subscription = member.MetadataOf(Protocol),
                Assignment = member.Assignment,
            }),
        ],
    };

    /// <summary>Goes on from what was kept: members have a whole session to be heard of.</summary>
    public void Restore(GroupValue? kept)
    {
        lock (Gate)
        {
            foreach (var member in _members.All.ToList())
                _members.Remove(member);
            State = kept is { Members.Length: > 0 } ? GroupState.Stable : GroupState.Empty;
            ProtocolType = kept?.ProtocolType ?? "";
            Generation = kept?.Generation ?? 0;
            _emptySince = Math.Max(0, kept?.CurrentStateTimestamp ?? 0);
            Protocol = kept?.Protocol;
            foreach (var member in (kept?.Members ?? []).OrderByDescending(m => m.MemberId == kept!.Leader))
            {
                _members.Add(new GroupMember
                {
                    Id = member.MemberId,
                    InstanceId = member.GroupInstanceId,
                    ClientId = member.ClientId,
                    ClientHost = member.ClientHost,
                    RebalanceTimeout = TimeSpan.FromMilliseconds(member.RebalanceTimeoutMs),
                    SessionTimeout = TimeSpan.FromMilliseconds(member.SessionTimeoutMs),
                    SessionDeadline = Now + TimeSpan.FromMilliseconds(member.SessionTimeoutMs),
                    Protocols = [(Protocol ?? "", member.Subscription.ToArray())],
                    Assignment = member.Assignment.ToArray(),
                    HasSynced = true,
                });
            }

            _subscribed = ReadSubscriptions();
            ArmTimer();
        }
    }

    private Task<JoinGroupResponse> AwaitGeneration(GroupMember member, string reason)
    {
        member.Join?.TrySetResult(GroupAnswers.Join(KafkaError.RebalanceInProgress, member.Id));
        member.Join = new TaskCompletionSource<JoinGroupResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = member.Join.Task;
        Rebalance(reason);
        return answer;
    }

    private void Update(GroupMember member, JoinGroupRequest request, (string, byte[])[] protocols)
    {
        member.Protocols = protocols;
        member.SessionTimeout = TimeSpan.FromMilliseconds(request.SessionTimeoutMs);
        member.RebalanceTimeout = RebalanceTimeoutOf(request);
        Touch(member);
    }

    private void Rebalance(string reason)
    {
        // an empty group's first generation waits for the delay, not for those who were promised an id and
        // have not come
        var isImmediate = State == GroupState.Empty && _options.GroupInitialRebalanceDelay == TimeSpan.Zero;
        if (State != GroupState.PreparingRebalance)
            PrepareRebalance(reason);
        // when the last one of a formed group leaves there is nobody to give time to, whoever may be promised an id
        if (isImmediate || (_members.Count == 0 && _joinDeadline <= Now))
            CompleteJoin();
        else
            TryCompleteJoin();
    }

    private void PrepareRebalance(string reason)
    {
        _logger.GroupRebalanced(Id, Generation + 1, _members.Count, reason);
        foreach (var member in _members.All)
        {
            // what the generation that did not come about was to do is nobody's
            if (State == GroupState.CompletingRebalance)
                member.Assignment = [];
            member.Sync?.TrySetResult(GroupAnswers.Sync(KafkaError.RebalanceInProgress));
            member.Sync = null;
        }

        var wait = _members.LongestRebalanceTimeout;
        if (State == GroupState.Empty && _options.GroupInitialRebalanceDelay > TimeSpan.Zero)
        {
            _initialDelayEnd = Now + wait;
            wait = _options.GroupInitialRebalanceDelay;
        }

        _joinDeadline = Now + wait;
        _syncDeadline = null;
        State = GroupState.PreparingRebalance;
    }

    private void TryCompleteJoin()
    {
        if (State == GroupState.PreparingRebalance && _initialDelayEnd is null && _members.HaveAllJoined)
            CompleteJoin();
    }

    private void CompleteJoin()
    {
        _initialDelayEnd = null;
        foreach (var absent in _members.All.Where(m => m.Join is null && m.InstanceId is null).ToList())
        {
            _logger.MemberLeft(absent.Id, Id, "it did not join the rebalance in time");
            _members.Remove(absent);
        }

        if (_members.Count > 0 && !_members.EnsureJoinedLeader())
        {
            // only static members are left and none is back yet: their sessions decide
            _joinDeadline = Now + _members.LongestRebalanceTimeout;
            return;
        }

        _joinDeadline = null;
        Generation++;
        Protocol = _members.Count == 0 ? null : _members.SelectProtocol();
        _subscribed = ReadSubscriptions();
        if (_members.Count == 0)
        {
            State = GroupState.Empty;
            _emptySince = _options.Time.GetUtcNow().ToUnixTimeMilliseconds();
            _save(this);
            return;
        }

        State = GroupState.CompletingRebalance;
        _syncDeadline = Now + _members.LongestRebalanceTimeout;
        foreach (var member in _members.All)
        {
            member.HasSynced = false;
            Touch(member);
            member.Join?.TrySetResult(GroupAnswers.Joined(this, member, withMembers: true));
            member.Join = null;
        }
    }

    private void TakeAssignment(SyncGroupRequest request)
    {
        var assignments = request.Assignments.DistinctBy(a => a.MemberId)
            .ToDictionary(a => a.MemberId, a => a.Assignment);
        State = GroupState.Stable;
        foreach (var member in _members.All)
            member.Assignment = assignments.TryGetValue(member.Id, out var theirs) ? theirs.ToArray() : [];
        _save(this);
        foreach (var member in _members.All)
        {
            if (member.Sync is null)
                continue;
            Touch(member);
            member.Sync.TrySetResult(GroupAnswers.Synced(this, member));
            member.Sync = null;
        }
    }

    private void Remove(GroupMember member, string reason)
    {
        _logger.MemberLeft(member.Id, Id, reason);
        Release(member, KafkaError.UnknownMemberId);
        _members.Remove(member);
        Rebalance(reason);
    }

    private static void Release(GroupMember member, KafkaError error)
    {
        member.Join?.TrySetResult(GroupAnswers.Join(error, member.Id));
        member.Sync?.TrySetResult(GroupAnswers.Sync(error));
        member.Join = null;
        member.Sync = null;
    }

    private KafkaError Check(string memberId, string? instanceId, int generation, out GroupMember? member)
    {
        member = null;
        if (State == GroupState.Dead)
            return KafkaError.CoordinatorNotAvailable;
        var error = _members.Identify(memberId, instanceId, out member);
        if (error != KafkaError.None)
            return error;
        return generation == Generation ? KafkaError.None : KafkaError.IllegalGeneration;
    }

    private void Touch(GroupMember member) => member.SessionDeadline = Now + member.SessionTimeout;

    private void OnTimer()
    {
        lock (Gate)
        {
            if (State == GroupState.Dead)
                return;
            var now = Now;
            foreach (var lapsed in _members.Promised.Where(p => p.Value <= now).Select(p => p.Key).ToList())
                _members.Promised.Remove(lapsed);
            TryCompleteJoin();
            if (State == GroupState.PreparingRebalance && _joinDeadline <= now)
                CompleteJoin();
            if (_syncDeadline <= now)
            {
                _syncDeadline = null;
                foreach (var silent in _members.All.Where(m => !m.HasSynced).ToList())
                    Remove(silent, "it did not ask for its assignment in time");
            }

            foreach (var dead in _members.All.Where(m => !m.IsAwaited && m.SessionDeadline <= now).ToList())
                Remove(dead, $"its session of {dead.SessionTimeout.TotalMilliseconds:0} ms ran out");
            ArmTimer();
        }
    }

    private void ArmTimer()
    {
        var next = TimeSpan.MaxValue;
        foreach (var at in _members.Promised.Values)
            next = at < next ? at : next;
        foreach (var member in _members.All)
        {
            if (!member.IsAwaited && member.SessionDeadline < next)
                next = member.SessionDeadline;
        }

        if (_joinDeadline < next)
            next = _joinDeadline.Value;
        if (_syncDeadline < next)
            next = _syncDeadline.Value;
        _timer.Arm(Now, next);
        _memberBytes = _members.Bytes;
        Account();
    }
}
