using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Topics;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// Positions and generations as the log of positions tells them, worked out apart from the broker's memory.
/// </summary>
internal sealed class FollowedPositions(SimulationRun run) : IOffsetReplay
{
    private static readonly TopicPartition Log = new(TopicName.ConsumerOffsets, 0);

    private readonly Dictionary<TopicPartition, StoredOffset> _committed = [];
    private readonly List<(long Producer, TopicPartition Partition, StoredOffset Offset)> _pending = [];
    private readonly HashSet<long> _met = [];

    /// <summary>Of the last generation that was kept.</summary>
    public int Generation { get; private set; }

    public bool HasMet(long position) => _met.Contains(position);

    /// <summary>-1 where there is none.</summary>
    public long Committed(TopicPartition partition) =>
        _committed.TryGetValue(partition, out var stored) ? stored.Offset : -1;

    public bool IsPending(TopicPartition partition) => _pending.Any(pending => pending.Partition == partition);

    public void Change(string group, TopicPartition partition, StoredOffset? offset, long? producerId)
    {
        var stored = offset ?? throw new InvalidOperationException($"nobody deletes the position of {partition}");
        _met.Add(stored.Offset);
        if (run.Witness.WorkOfPosition(stored.Offset) is { } work) run.Witness.Meet(Log, stored.LogOffset, work);
        if (producerId is { } producer) _pending.Add((producer, partition, stored));
        else _committed[partition] = stored;
    }

    public void Restore(string group, GroupValue? value) => Generation = value?.Generation ?? 0;

    /// <summary>
    /// What a commit makes of a position counts unless a later record has spoken meanwhile (KAFKA-5600).
    /// </summary>
    public void End(long producerId, bool isCommit)
    {
        foreach (var (_, partition, offset) in _pending.Where(pending => pending.Producer == producerId))
        {
            if (run.Witness.WorkOfPosition(offset.Offset) is { } work) run.Witness.Decide(work, isCommit);
            var isNewest = !_committed.TryGetValue(partition, out var now) || now.LogOffset < offset.LogOffset;
            if (isCommit && isNewest) _committed[partition] = offset;
        }

        _pending.RemoveAll(pending => pending.Producer == producerId);
    }
}
