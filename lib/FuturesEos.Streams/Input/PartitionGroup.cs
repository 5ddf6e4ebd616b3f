using Confluent.Kafka;

namespace FuturesEos.Streams.Input;

/// <summary>
/// Decides which record of a task is next: the smallest timestamp among the heads of its partitions, ties in the order of the topics.
/// A partition with nothing buffered is passed over when it is known to be caught up, and waited for while that is not known: so a
/// replay of stored topics takes the records in the same order as the first time.
/// </summary>
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

    /// <summary>Nothing is buffered and every partition is known to be at its end.</summary>
    public bool IsExhausted
    {
        get
        {
            if (Buffered > 0)
                return false;
            foreach (var queue in _queues)
            {
                if (!queue.IsCaughtUp)
                    return false;
            }

            return true;
        }
    }

    public void Add(int topicIndex, ConsumeResult<byte[]?, byte[]?> record)
    {
        _queues[topicIndex].Add(record);
        Buffered++;
    }

    public void EndReached(int topicIndex) => _queues[topicIndex].EndReached();

    /// <summary>Takes the next record, or false while there is none or while a partition that may hold an earlier one is waited for.</summary>
    public bool TryTake(out InputRecord record)
    {
        RecordQueue? first = null;
        foreach (var queue in _queues)
        {
            if (queue.Count == 0)
            {
                if (queue.IsCaughtUp)
                    continue;
                record = default;
                return false;
            }

            if (first is null || queue.HeadTimestampMs < first.HeadTimestampMs)
                first = queue;
        }

        if (first is null)
        {
            record = default;
            return false;
        }

        record = new InputRecord(first.Take(), first.TopicIndex);
        Buffered--;
        return true;
    }

    /// <summary>Drops what was fetched; see <see cref="RecordQueue.Reset"/>.</summary>
    public void Reset()
    {
        foreach (var queue in _queues)
            queue.Reset();
        Buffered = 0;
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
