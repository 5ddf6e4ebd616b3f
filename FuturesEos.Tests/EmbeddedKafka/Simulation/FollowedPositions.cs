using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Topics;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// Positions and generations as the log of positions tells them, worked out apart from the broker's memory.
/// </summary>
internal sealed class FollowedPositions(SimulationRun run) : IOffsetReplay
{
    private const long None = -1;

    private static readonly TopicPartition Log = new(TopicName.ConsumerOffsets, 0);

    private readonly Dictionary<TopicPartition, StoredOffset> _committed = [];
    private readonly List<Pending> _pending = [];
    private readonly Dictionary<TopicPartition, List<long>> _past = [];
    private readonly HashSet<long> _met = [];
    private IReadOnlyDictionary<string, Guid> _topics = new Dictionary<string, Guid>();

    /// <summary>Of the last generation that was kept.</summary>
    public int Generation { get; private set; }

    public bool HasMet(long position) => _met.Contains(position);

    /// <summary>-1 where there is none.</summary>
    public long Committed(TopicPartition partition) =>
        _committed.TryGetValue(partition, out var stored) ? stored.Offset : None;

    /// <summary>How often the position has changed by now.</summary>
    public int Changes(TopicPartition partition) => _past.TryGetValue(partition, out var past) ? past.Count : 0;

    /// <summary>Whether the position is committed, or was at some time after it had changed so often.</summary>
    public bool WasCommitted(TopicPartition partition, long position, int changes) =>
        Committed(partition) == position
        || (changes == 0 && position == None)
        || _past.GetValueOrDefault(partition, []).Skip(changes - 1).Contains(position);

    public bool IsPending(TopicPartition partition) =>
        _pending.Any(pending => pending.Partition == partition && !pending.IsGone);

    /// <summary>Positions of a topic that was deleted count no more, not even where it was made again.</summary>
    public void Forget(IReadOnlyDictionary<string, Guid> topics)
    {
        _topics = topics;
        foreach (var of in SimulatedBroker.Positions)
        {
            if (_committed.TryGetValue(of, out var stored) && !IsOfNow(of, stored)) Remove(of);
        }

        foreach (var pending in _pending) pending.IsGone |= !IsOfNow(pending.Partition, pending.Offset);
    }

    /// <summary>
    /// After a start, which reads what compaction has left of the log: each position is the one that all of it led to.
    /// </summary>
    public void Compare(GroupOffsets? found)
    {
        foreach (var of in SimulatedBroker.Positions)
        {
            var position = found?.Find(of)?.Offset ?? None;
            if (position != Committed(of))
                run.Fail($"the position of {of} is {position} after a start, and was {Committed(of)}");
            if ((found?.IsUnstable(of) ?? false) != IsPending(of))
                run.Fail($"{of} is wrong of what is pending after a start");
        }
    }

    public void Change(string group, TopicPartition partition, StoredOffset? offset, long? producerId)
    {
        if (offset is not { } stored)
        {
            if (_committed.TryGetValue(partition, out var gone)) Expire(partition, gone);
            foreach (var pending in _pending) pending.IsGone |= pending.Partition == partition;
            return;
        }

        _met.Add(stored.Offset);
        if (run.Witness.WorkOfPosition(stored.Offset) is { } work) run.Witness.Meet(Log, stored.LogOffset, work);
        if (producerId is { } producer)
            _pending.Add(new Pending(producer, partition, stored) { IsGone = !IsOfNow(partition, stored) });
        else if (IsOfNow(partition, stored))
            Commit(partition, stored);
    }

    public void Restore(string group, GroupValue? value)
    {
        Generation = value?.Generation ?? 0;
        if (value is null) run.Generations.Restart(0);
    }

    /// <summary>
    /// What a commit makes of a position counts unless a later record has spoken meanwhile (KAFKA-5600).
    /// </summary>
    public void End(long producerId, bool isCommit)
    {
        foreach (var pending in _pending.Where(pending => pending.Producer == producerId))
        {
            var (partition, offset) = (pending.Partition, pending.Offset);
            if (run.Witness.WorkOfPosition(offset.Offset) is { } work) run.Witness.Decide(work, isCommit);
            var isNewest = !_committed.TryGetValue(partition, out var now) || now.LogOffset < offset.LogOffset;
            if (isCommit && isNewest && !pending.IsGone) Commit(partition, offset);
        }

        _pending.RemoveAll(pending => pending.Producer == producerId);
    }

    /// <summary>Its topic is there, so it has gone with time alone: nobody may have used it or be about to change it.</summary>
    private void Expire(TopicPartition partition, StoredOffset stored)
    {
        run.Chaos.OnPositionExpired();
        var now = run.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var used = Math.Max(stored.CommittedAt, run.Generations.LastSeen);
        if (!run.HasExpiry || now - used < SimulatedBroker.Expiration.TotalMilliseconds || IsPending(partition))
            run.Fail($"the position of {partition} is forgotten {now - used} ms after it was used");
        Remove(partition);
    }

    private bool IsOfNow(TopicPartition partition, StoredOffset offset) =>
        _topics.TryGetValue(partition.Topic, out var id) && id == offset.TopicId;

    private void Commit(TopicPartition partition, StoredOffset stored)
    {
        _committed[partition] = stored;
        Note(partition, stored.Offset);
    }

    private void Remove(TopicPartition partition)
    {
        _committed.Remove(partition);
        Note(partition, None);
    }

    private void Note(TopicPartition partition, long position)
    {
        if (!_past.TryGetValue(partition, out var past)) _past[partition] = past = [];
        past.Add(position);
    }

    private sealed record Pending(long Producer, TopicPartition Partition, StoredOffset Offset)
    {
        /// <summary>Its topic was deleted: the transaction's end makes nothing of it.</summary>
        public bool IsGone { get; set; }
    }
}
