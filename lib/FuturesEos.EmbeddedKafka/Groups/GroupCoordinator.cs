using System.Collections.Concurrent;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>All groups of the classic protocol, and their positions.</summary>
internal sealed class GroupCoordinator : IOffsetReplay, IAsyncDisposable
{
    private const int SweepsInRetention = 10;
    private static readonly TimeSpan SweepMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ComplainEvery = TimeSpan.FromSeconds(10);

    private readonly EmbeddedKafkaOptions _options;
    private readonly ILogger _logger;
    private readonly OffsetJournal _journal;
    private readonly Func<string, Guid?> _idOf;
    private readonly GroupMemory _memory;
    private readonly PendingGroups _pending = new();
    private readonly ConcurrentDictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task _sweeps = Task.CompletedTask;
    private TimeSpan _complainedAt = -ComplainEvery;

    private GroupCoordinator(
        EmbeddedKafkaOptions options,
        ILogger logger,
        OffsetJournal journal,
        Func<string, Guid?> idOf,
        GroupMemory memory)
    {
        _memory = memory;
        _options = options;
        _logger = logger;
        _journal = journal;
        _idOf = idOf;
    }

    public IReadOnlyCollection<Group> All => [.. _groups.Values.OrderBy(group => group.Id, StringComparer.Ordinal)];

    /// <summary>Reads the positions back, of topics that <paramref name="idOf"/> knows.</summary>
    /// <exception cref="IOException">They are damaged.</exception>
    public static GroupCoordinator Start(
        EmbeddedKafkaOptions options,
        ILogger logger,
        OffsetJournal journal,
        Func<string, Guid?> idOf,
        GroupMemory? memory = null)
    {
        var coordinator = new GroupCoordinator(
            options, logger, journal, idOf, memory ?? new GroupMemory(long.MaxValue));
        journal.Replay(coordinator);
        // deleted ones; one that has had a generation goes on counting until the next look
        foreach (var group in coordinator.All)
        {
            lock (group.Gate)
                group.Account();
            if (group.Generation > 0 || !group.Offsets.IsEmpty)
                continue;
            coordinator._groups.TryRemove(group.Id, out _);
            group.Dispose();
        }

        var groups = coordinator._groups.Values;
        logger.GroupsLoaded(
            groups.Sum(g => g.Offsets.Committed.Count), groups.Count, groups.Count(g => g.Offsets.HasPending));
        coordinator._sweeps = coordinator.SweepUntilStoppedAsync();
        return coordinator;
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _sweeps;
        foreach (var group in _groups.Values)
            group.Dispose();
        _stop.Dispose();
    }

    public Group? Find(string group) => _groups.GetValueOrDefault(group);

    public async ValueTask<JoinGroupResponse> JoinAsync(JoinGroupRequest request, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return GroupAnswers.Join(KafkaError.InvalidGroupId, request.MemberId);
        var session = TimeSpan.FromMilliseconds(request.SessionTimeoutMs);
        if (session < _options.GroupMinSessionTimeout || session > _options.GroupMaxSessionTimeout)
            return GroupAnswers.Join(KafkaError.InvalidSessionTimeout, request.MemberId);
        if (IsFull(GroupMemory.Member + request.Protocols.Sum(p => (long)p.Metadata.Length)))
            return GroupAnswers.Join(KafkaError.GroupMaxSizeReached, request.MemberId);
        var group = request.MemberId.Length == 0 ? GetOrAdd(request.GroupId) : Find(request.GroupId);
        if (group is null)
            return GroupAnswers.Join(KafkaError.UnknownMemberId, request.MemberId);
        return await UntilClosedAsync(group, group.JoinAsync(request, context), context.Closing);
    }

    public async ValueTask<SyncGroupResponse> SyncAsync(SyncGroupRequest request, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return GroupAnswers.Sync(KafkaError.InvalidGroupId);
        if (IsFull(request.Assignments.Sum(a => (long)a.Assignment.Length)))
            return GroupAnswers.Sync(KafkaError.GroupMaxSizeReached);
        return Find(request.GroupId) is { } group
            ? await UntilClosedAsync(group, group.SyncAsync(request), context.Closing)
            : GroupAnswers.Sync(KafkaError.UnknownMemberId);
    }

    public KafkaError Heartbeat(HeartbeatRequest request) =>
        request.GroupId.Length == 0 ? KafkaError.InvalidGroupId
        : Find(request.GroupId)?.Heartbeat(request) ?? KafkaError.UnknownMemberId;

    /// <summary>
    /// Stores positions, or keeps them until the producer's transaction ends. One error for all of them.
    /// </summary>
    public async ValueTask<KafkaError> CommitAsync(CommitRequest request, CancellationToken cancel)
    {
        if (IsFull(request.Offsets.Sum(o => GroupOffsets.SizeOf(o.Partition, o.Offset))))
            return KafkaError.InvalidCommitOffsetSize;
        var group = request.Generation < 0 ? GetOrAdd(request.Group) : Find(request.Group);
        if (group is null)
            return KafkaError.IllegalGeneration;
        Log.AppendResult appended;
        lock (group.Gate)
        {
            var isTransactional = request.Producer is not null;
            var error = group.CheckCommit(request.MemberId, request.InstanceId, request.Generation, isTransactional);
            if (error != KafkaError.None || request.Offsets.Count == 0)
                return error;
            if (!request.Offsets.All(o => IsOfNow(o.Partition, o.Offset)))
                return KafkaError.UnknownTopicOrPartition;
            if (request.Producer is { } producer)
                _pending.Add(producer.Id, group.Id);
            appended = _journal.Append(
                group.Id, [.. request.Offsets.Select(o => (o.Partition, (StoredOffset?)o.Offset))], request.Producer);
            if (appended.Error != KafkaError.None)
                return ForClient(appended.Error);
            var at = appended.BaseOffset;
            foreach (var (partition, offset) in request.Offsets)
            {
                var stored = offset with { LogOffset = at++ };
                if (request.Producer is { } owner)
                    group.Offsets.AddPending(owner.Id, partition, stored);
                else
                    group.Offsets.Commit(partition, stored);
            }

            group.Account();
        }

        return ForClient(await _journal.WhenDurableAsync(appended, cancel));
    }

    /// <summary>Waits until every position that can be read by now is there for good; NONE, or why it is not.</summary>
    public async ValueTask<KafkaError> WhenDurableAsync(CancellationToken cancel) =>
        ForClient(await _journal.WhenDurableAsync(cancel));

    /// <summary>The marker is written: the producer's pending positions count now, or never.</summary>
    public void End(long producerId, bool isCommit)
    {
        foreach (var id in _pending.Take(producerId))
        {
            if (Find(id) is not { } group)
                continue;
            lock (group.Gate)
            {
                group.Offsets.EndPending(producerId, isCommit);
                group.Account();
            }
        }
    }

    /// <summary>Forgets a group that nobody is in.</summary>
    public ValueTask<KafkaError> DeleteAsync(string id, CancellationToken cancel) => DeleteAsync(id, _ => true, cancel);

    private async ValueTask<KafkaError> DeleteAsync(string id, Func<Group, bool> isDue, CancellationToken cancel)
    {
        if (Find(id) is not { } group)
            return KafkaError.GroupIdNotFound;
        Log.AppendResult appended;
        lock (group.Gate)
        {
            if (group.State == GroupState.Dead)
                return KafkaError.GroupIdNotFound;
            if (group.State != GroupState.Empty || !isDue(group))
                return KafkaError.NonEmptyGroup;
            appended = _journal.AppendDeletion(id, group.Offsets.All);
            if (appended.Error != KafkaError.None)
                return ForClient(appended.Error);
            group.Kill();
            _groups.TryRemove(id, out _);
        }

        return ForClient(await _journal.WhenDurableAsync(appended, cancel));
    }

    /// <summary>
    /// Deletes single positions, but none in a topic that the group reads. One step: who joins meanwhile either counts
    /// or has not been told of the position yet.
    /// </summary>
    /// <returns>One error for all of them, and the topics in use.</returns>
    public async ValueTask<(KafkaError Error, IReadOnlySet<string> InUse)> DeleteOffsetsAsync(
        string id, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancel)
    {
        var (refusal, inUse) = (KafkaError.GroupIdNotFound, new HashSet<string>(StringComparer.Ordinal));
        if (Find(id) is not { } group)
            return (refusal, inUse);
        var failure = await DeleteOffsetsAsync(group, FreeOf, cancel);
        return (refusal != KafkaError.None ? refusal : ForClient(failure), inUse);

        IReadOnlyCollection<TopicPartition> FreeOf(Group group)
        {
            refusal = group.CheckOffsetDelete();
            if (refusal != KafkaError.None)
                return [];
            inUse.UnionWith(partitions.Select(p => p.Topic).Where(group.IsSubscribedTo));
            return [.. partitions.Where(p => !inUse.Contains(p.Topic))];
        }
    }

    /// <summary>
    /// Forgets the positions of groups that are empty for long, those in topics that a group has not read for long, and
    /// empty groups that have none (left), as Kafka at each of its looks.
    /// </summary>
    internal async Task ExpireAsync(CancellationToken cancel)
    {
        var time = (_options.Time.GetUtcNow() - _options.OffsetsRetention).ToUnixTimeMilliseconds();
        foreach (var group in _groups.Values)
        {
            await DeleteOffsetsAsync(group, g => g.SilentSince(time), cancel);
            await DeleteAsync(group.Id, g => g.Offsets.IsEmpty && g.Members.Promised.Count == 0, cancel);
        }
    }

    private static async ValueTask<TAnswer> UntilClosedAsync<TAnswer>(
        Group group, Task<TAnswer> answer, CancellationToken closing)
    {
        try
        {
            return await answer.WaitAsync(closing);
        }
        catch (OperationCanceledException)
        {
            group.Abandon(answer);
            throw;
        }
    }

    private async Task SweepUntilStoppedAsync()
    {
        var every = TimeSpan.FromTicks(
            Math.Clamp(_options.OffsetsRetention.Ticks / SweepsInRetention, SweepMin.Ticks, SweepMax.Ticks));
        using var timer = new PeriodicTimer(every, _options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await ExpireAsync(_stop.Token);
                }
                catch (IOException failed)
                {
                    _logger.MaintenanceFailed(Topics.TopicName.ConsumerOffsets, failed.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async ValueTask<KafkaError> DeleteOffsetsAsync(
        Group group, Func<Group, IReadOnlyCollection<TopicPartition>> which, CancellationToken cancel)
    {
        Log.AppendResult appended;
        lock (group.Gate)
        {
            var there = which(group).Intersect(group.Offsets.All).ToList();
            if (there.Count == 0)
                return KafkaError.None;
            appended = _journal.Append(group.Id, [.. there.Select(p => (p, (StoredOffset?)null))]);
            if (appended.Error != KafkaError.None)
                return appended.Error;
            foreach (var partition in there)
                group.Offsets.Remove(partition);
            group.Account();
        }

        return ForClient(await _journal.WhenDurableAsync(appended, cancel));
    }

    /// <summary>
    /// A deleted topic has no positions: one made again under its name must start without. Nobody waits for the disk,
    /// which may be full: a start knows by the topic's id what has gone.
    /// </summary>
    public void ForgetTopic(Guid topicId)
    {
        foreach (var group in _groups.Values)
        {
            lock (group.Gate)
            {
                var gone = group.Offsets.RemoveTopic(topicId);
                group.Account();
                if (gone.Count > 0)
                    _journal.Append(group.Id, [.. gone.Select(p => (p, (StoredOffset?)null))]);
            }
        }
    }

    void IOffsetReplay.Change(string group, TopicPartition partition, StoredOffset? offset, long? producerId)
    {
        if (offset is { } kept && !IsOfNow(partition, kept))
            return;
        var offsets = GetOrAdd(group).Offsets;
        if (offset is not { } stored)
        {
            offsets.Remove(partition);
        }
        else if (producerId is { } producer)
        {
            _pending.Add(producer, group);
            offsets.AddPending(producer, partition, stored);
        }
        else
        {
            offsets.Commit(partition, stored);
        }
    }

    void IOffsetReplay.Restore(string group, GroupValue? value) => GetOrAdd(group).Restore(value);

    // Clients know the log's troubles only as the coordinator's; any code they do not expect here ends a Java producer.
    private static KafkaError ForClient(KafkaError ofLog) =>
        ofLog is KafkaError.KafkaStorageError or KafkaError.NotLeaderOrFollower
            ? KafkaError.CoordinatorNotAvailable
            : ofLog;

    // asked under the group's lock: who deletes a topic takes that lock afterwards, to forget its positions
    private bool IsOfNow(TopicPartition partition, StoredOffset offset) =>
        _idOf(partition.Topic) is { } id && (offset.TopicId == id || offset.TopicId == Guid.Empty);

    private Group GetOrAdd(string id)
    {
        if (_groups.TryGetValue(id, out var known))
            return known;
        var group = _groups.GetOrAdd(id, key => new Group(key, _options, _logger, Save, _memory));
        lock (group.Gate)
            group.Account();
        return group;
    }

    /// <summary>
    /// Whether there is no memory for so much more of a group, which the log says now and then. What is stored already
    /// is never refused.
    /// </summary>
    private bool IsFull(long bytes)
    {
        if (_memory.HasRoomFor(bytes))
            return false;
        var now = _options.Time.GetElapsedTime(0);
        if (now - _complainedAt > ComplainEvery)
        {
            _complainedAt = now;
            _logger.GroupsOverMemory(_memory.Limit);
        }

        return true;
    }

    // Under the group's lock. Losing it costs a rebalance after a restart, so nobody waits for the disk here.
    private void Save(Group group) => _journal.Append(group.Id, group.Snapshot());
}
