using Confluent.Kafka;

namespace FuturesEos.Streams.Input;

/// <summary>
/// Decides which record of a task is next: the smallest timestamp among the heads of its partitions, ties in the order
/// of the topics. A partition with nothing buffered is passed over when it is known to be caught up, and waited for
/// while that is not known: so a replay of stored topics takes the records in the same order as the first time.
/// </summary>
/// <remarks>
/// <i>Known</i> means: its end was asked for after the head in question had been fetched, and lies at its position.
/// What the client tells by itself (end of partition, once per end) is older than the head: a record that was
/// acknowledged before the head's producer sent it could still be missing. Asked so, a producer that waits for one
/// topic's acknowledgement before it sends to the next has its order kept, live as in a replay. One question serves
/// everything that was fetched before it, so a backlog hardly asks at all.
/// </remarks>
internal sealed class PartitionGroup
{
    private readonly RecordQueue[] _queues;

    public PartitionGroup(IReadOnlyList<string> topics, int partition)
    {
        _queues = new RecordQueue[topics.Count];
        for (var i = 0; i < _queues.Length; i++)
            _queues[i] = new RecordQueue(new TopicPartition(topics[i], partition), i);
    }

    public IReadOnlyList<RecordQueue> Queues => _queues;

    public int Buffered { get; private set; }

    public void Add(int topicIndex, ConsumeResult<byte[]?, byte[]?> record)
    {
        _queues[topicIndex].Add(record);
        Buffered++;
    }

    /// <summary>
    /// A record could be taken if the ends of the empty partitions were known; asked for by the owner.
    /// </summary>
    public bool NeedsEnds { get; private set; }

    /// <summary>The ends of all partitions, in the order of the topics, as they were just now.</summary>
    public void EndsAre(ReadOnlySpan<long> ends)
    {
        for (var i = 0; i < _queues.Length; i++)
            _queues[i].EndIs(ends[i]);
        NeedsEnds = false;
    }

    /// <summary>
    /// Takes the next record, or false while there is none or while a partition that may hold an earlier one
    /// is waited for.
    /// </summary>
    public bool TryTake(out InputRecord record)
    {
        RecordQueue? first = null;
        foreach (var queue in _queues)
        {
            if (queue.Count > 0 && (first is null || queue.HeadTimestampMs < first.HeadTimestampMs))
                first = queue;
        }

        if (first is null || !MayPassEmptyOnes(first))
        {
            record = default;
            return false;
        }

        record = new InputRecord(first.Take(), first.TopicIndex);
        Buffered--;
        return true;
    }

    private bool MayPassEmptyOnes(RecordQueue first)
    {
        var mustAsk = false;
        foreach (var queue in _queues)
        {
            if (queue.Count > 0)
                continue;
            if (queue.Position < 0 || queue.Position < queue.KnownEnd)
                return false; // there is more to come, or nobody knows yet: the next polls tell
            mustAsk |= queue.KnownEnd < 0 || first.Covered == 0;
        }

        NeedsEnds = mustAsk;
        return !mustAsk;
    }

    /// <summary>Drops what was fetched; see <see cref="RecordQueue.Reset"/>.</summary>
    public void Reset()
    {
        foreach (var queue in _queues)
            queue.Reset();
        Buffered = 0;
        NeedsEnds = false;
    }

    public void CollectOffsets(List<TopicPartitionOffset> offsets)
    {
        foreach (var queue in _queues)
        {
            if (queue.NextOffset >= 0)
                offsets.Add(new TopicPartitionOffset(queue.Partition, queue.NextOffset, queue.NextLeaderEpoch));
        }
    }

    public void Committed()
    {
        foreach (var queue in _queues)
            queue.Committed();
    }
}
