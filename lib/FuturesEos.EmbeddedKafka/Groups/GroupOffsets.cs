namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// A group's positions, and apart from them those of transactions that have not ended. The group's lock guards both.
/// </summary>
internal sealed class GroupOffsets
{
    private readonly Dictionary<TopicPartition, StoredOffset> _committed = [];
    private readonly Dictionary<long, Dictionary<TopicPartition, StoredOffset>> _pending = [];

    public IReadOnlyDictionary<TopicPartition, StoredOffset> Committed => _committed;

    /// <summary>What they hold of <see cref="GroupMemory"/>.</summary>
    public long Bytes { get; private set; }

    public bool HasPending => _pending.Count > 0;

    public bool IsEmpty => _committed.Count == 0 && _pending.Count == 0;

    public StoredOffset? Find(TopicPartition partition) =>
        _committed.TryGetValue(partition, out var offset) ? offset : null;

    /// <summary>Whether some open transaction may yet change the position (KIP-447).</summary>
    public bool IsUnstable(TopicPartition partition) => _pending.Values.Any(offsets => offsets.ContainsKey(partition));

    public void Commit(TopicPartition partition, StoredOffset offset) => Set(_committed, partition, offset);

    /// <summary>Forgets a position, and what open transactions would make of it.</summary>
    public void Remove(TopicPartition partition)
    {
        foreach (var offsets in _pending.Values.Append(_committed))
            Remove(offsets, partition);
    }

    /// <summary>Forgets what is of a deleted topic; gives the partitions that have no position any more.</summary>
    public IReadOnlyCollection<TopicPartition> RemoveTopic(Guid topicId)
    {
        var gone = new HashSet<TopicPartition>();
        foreach (var offsets in _pending.Values.Append(_committed))
        {
            foreach (var (partition, _) in offsets.Where(offset => offset.Value.TopicId == topicId).ToList())
            {
                Remove(offsets, partition);
                gone.Add(partition);
            }
        }

        gone.ExceptWith(All);
        return gone;
    }

    /// <summary>Every position, committed or pending.</summary>
    public IEnumerable<TopicPartition> All =>
        _committed.Keys.Union(_pending.Values.SelectMany(offsets => offsets.Keys));

    public void AddPending(long producerId, TopicPartition partition, StoredOffset offset)
    {
        if (!_pending.TryGetValue(producerId, out var offsets))
            _pending[producerId] = offsets = [];
        Set(offsets, partition, offset);
    }

    /// <summary>
    /// The transaction ended. A position whose record is older than the one in force stays out (KAFKA-5600).
    /// </summary>
    public void EndPending(long producerId, bool isCommit)
    {
        if (!_pending.Remove(producerId, out var offsets))
            return;
        Bytes -= offsets.Sum(ended => SizeOf(ended.Key, ended.Value));
        if (!isCommit)
            return;
        foreach (var (partition, offset) in offsets)
        {
            if (!_committed.TryGetValue(partition, out var current) || current.LogOffset < offset.LogOffset)
                Set(_committed, partition, offset);
        }
    }

    /// <summary>What a position holds.</summary>
    public static long SizeOf(TopicPartition partition, StoredOffset offset) =>
        GroupMemory.Position + (sizeof(char) * (partition.Topic.Length + offset.Metadata.Length));

    private void Set(
        Dictionary<TopicPartition, StoredOffset> offsets, TopicPartition partition, StoredOffset offset)
    {
        Remove(offsets, partition);
        offsets[partition] = offset;
        Bytes += SizeOf(partition, offset);
    }

    private void Remove(Dictionary<TopicPartition, StoredOffset> offsets, TopicPartition partition)
    {
        if (offsets.Remove(partition, out var former))
            Bytes -= SizeOf(partition, former);
    }
}
