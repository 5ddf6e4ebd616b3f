using Confluent.Kafka;

namespace FuturesEos.Streams.Input;

/// <summary>The fetched and not yet processed records of one partition, and what is known about its end.</summary>
internal sealed class RecordQueue(TopicPartition partition, int topicIndex)
{
    private readonly Queue<ConsumeResult<byte[]?, byte[]?>> _records = new();

    public TopicPartition Partition { get; } = partition;

    public int TopicIndex { get; } = topicIndex;

    public int Count => _records.Count;

    /// <summary>Fetching is paused because the queue was above its bound.</summary>
    public bool IsPaused { get; set; }

    /// <summary>
    /// The latest event of the partition was its end. librdkafka tells the end once, when the fetch position reaches the last stable
    /// offset; any record after it makes this unknown again, and so do assignment and seek.
    /// </summary>
    public bool IsCaughtUp { get; private set; }

    /// <summary>At least one record came since the assignment or the last rewind.</summary>
    public bool HasFetched { get; private set; }

    /// <summary>Timestamp of the head, ms; only when <see cref="Count"/> is not 0.</summary>
    public long HeadTimestampMs { get; private set; }

    /// <summary>The offset after the last record taken, or -1 when none was taken since the last commit or rewind.</summary>
    public long NextOffset { get; private set; } = -1;

    public int? NextLeaderEpoch { get; private set; }

    public void Add(ConsumeResult<byte[]?, byte[]?> record)
    {
        HasFetched = true;
        IsCaughtUp = false;
        _records.Enqueue(record);
        if (_records.Count == 1)
            HeadTimestampMs = record.Message.Timestamp.UnixTimestampMs;
    }

    /// <summary>Drops a record that came before the position is set back; that one came is remembered.</summary>
    public void Discarded() => HasFetched = true;

    public void EndReached() => IsCaughtUp = true;

    public ConsumeResult<byte[]?, byte[]?> Take()
    {
        var record = _records.Dequeue();
        NextOffset = record.Offset.Value + 1;
        NextLeaderEpoch = record.LeaderEpoch;
        if (_records.TryPeek(out var head))
            HeadTimestampMs = head.Message.Timestamp.UnixTimestampMs;
        return record;
    }

    public void Committed() => NextOffset = -1;

    /// <summary>Nothing fetched counts any more: the position is about to be set anew.</summary>
    public void Reset()
    {
        _records.Clear();
        IsCaughtUp = false;
        HasFetched = false;
        NextOffset = -1;
        NextLeaderEpoch = null;
    }
}
