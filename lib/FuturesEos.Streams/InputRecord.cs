using Confluent.Kafka;

namespace FuturesEos.Streams;

/// <summary>
/// One record as the engine hands it to a processor; the arrays are the record's own and must not be changed.
/// </summary>
public readonly struct InputRecord
{
    private readonly ConsumeResult<byte[]?, byte[]?> _result;

    internal InputRecord(ConsumeResult<byte[]?, byte[]?> result, int topicIndex)
    {
        _result = result;
        TopicIndex = topicIndex;
    }

    /// <summary>The topic's place in <see cref="StreamsOptions.InputTopics"/>.</summary>
    public int TopicIndex { get; }

    /// <summary>The topic.</summary>
    public string Topic => _result.Topic;

    /// <summary>The partition, the same number in every input topic of a task.</summary>
    public int Partition => _result.Partition.Value;

    /// <summary>The record's offset.</summary>
    public long Offset => _result.Offset.Value;

    /// <summary>The record's own timestamp, ms since the epoch.</summary>
    public long TimestampMs => _result.Message.Timestamp.UnixTimestampMs;

    /// <summary>Key, or null.</summary>
    public byte[]? Key => _result.Message.Key;

    /// <summary>Value, or null.</summary>
    public byte[]? Value => _result.Message.Value;

    /// <summary>Headers, perhaps empty.</summary>
    public Headers Headers => _result.Message.Headers;
}
