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
    /// The offset that the next event of the partition will be at or after; -1 while that is unknown.
    /// </summary>
    public long Position { get; private set; } = -1;

    /// <summary>The partition's end when it was last asked for; -1 when it was not.</summary>
    public long KnownEnd { get; private set; } = -1;

    /// <summary>How many records, from the head on, had been fetched when the ends were last asked for.</summary>
    public int Covered { get; private set; }

    /// <summary>At least one record came since the assignment or the last rewind.</summary>
    public bool HasFetched { get; private set; }

    /// <summary>Timestamp of the head, ms; only when <see cref="Count"/> is not 0.</summary>
    public long HeadTimestampMs { get; private set; }

    /// <summary>
    /// The offset after the last record taken, or -1 when none was taken since the last commit or rewind.
    /// </summary>
    public long NextOffset { get; private set; } = -1;

    public int? NextLeaderEpoch { get; private set; }

    public void Add(ConsumeResult<byte[]?, byte[]?> record)
    {
        HasFetched = true;
        Position = record.Offset.Value + 1;
        _records.Enqueue(record);
        if (_records.Count == 1)
            HeadTimestampMs = record.Message.Timestamp.UnixTimestampMs;
    }

    /// <summary>Drops a record that came before the position is set back; that one came is remembered.</summary>
    public void Discarded() => HasFetched = true;

    /// <summary>Reading begins here, or has come to the partition's end here.</summary>
    public void IsAt(long offset) => Position = offset;

    /// <summary>The partition ended here just now, after everything that is buffered was fetched.</summary>
    public void EndIs(long offset)
    {
        KnownEnd = offset;
        Covered = _records.Count;
    }

    public ConsumeResult<byte[]?, byte[]?> Take()
    {
        var record = _records.Dequeue();
        NextOffset = record.Offset.Value + 1;
        NextLeaderEpoch = record.LeaderEpoch;
        Covered = Math.Max(0, Covered - 1);
        if (_records.TryPeek(out var head))
            HeadTimestampMs = head.Message.Timestamp.UnixTimestampMs;
        return record;
    }

    public void Committed() => NextOffset = -1;

    /// <summary>Nothing fetched counts any more: the position is about to be set anew.</summary>
    public void Reset()
    {
        _records.Clear();
        HasFetched = false;
        Position = -1;
        KnownEnd = -1;
        Covered = 0;
        NextOffset = -1;
        NextLeaderEpoch = null;
    }
}
