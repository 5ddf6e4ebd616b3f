namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// One record of a batch, seen through its bytes.
/// <code>
/// 18        length 12        06 6B6579  key, 3 bytes (01: null)
/// 00        attributes       02 76      value, 1 byte (01: null, a tombstone)
/// 00        timestamp delta  00         headers
/// 00        offset delta
/// </code>
/// </summary>
public readonly ref struct Record
{
    internal Record(
        long offset, long timestamp, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> value, bool hasValue)
    {
        Offset = offset;
        Timestamp = timestamp;
        Key = key;
        HasKey = hasKey;
        Value = value;
        HasValue = hasValue;
    }

    public long Offset { get; }

    /// <summary>Milliseconds since 1970.</summary>
    public long Timestamp { get; }

    public ReadOnlySpan<byte> Key { get; }

    /// <summary>False for a null key, which is not an empty one.</summary>
    public bool HasKey { get; }

    public ReadOnlySpan<byte> Value { get; }

    /// <summary>False for a null value: a tombstone.</summary>
    public bool HasValue { get; }

    /// <summary>The headers; enumerate with <c>foreach</c>.</summary>
    public RecordHeaders Headers { get; internal init; }
}
