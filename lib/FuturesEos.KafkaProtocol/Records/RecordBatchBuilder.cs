using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// Builds one batch: markers, the broker's own topics, compaction, tools. Offsets start at <see cref="BaseOffset"/>.
/// </summary>
public sealed class RecordBatchBuilder
{
    private const int AttributesAt = 21;
    private readonly ArrayBufferWriter<byte> _records = new(256);
    private long _nextOffset;
    private long _baseTimestamp = -1;
    private long _maxTimestamp = -1;

    public long BaseOffset { get; init; }

    public long ProducerId { get; init; } = RecordBatch.NoProducerId;

    public short ProducerEpoch { get; init; } = -1;

    public int BaseSequence { get; init; } = RecordBatch.NoSequence;

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    public CompressionType Compression { get; init; }

    public TimestampType TimestampType { get; init; }

    public int LeaderEpoch { get; init; }

    /// <summary>
    /// Offset of the last record where it is not the last one added: what compaction must keep (KAFKA-5414).
    /// </summary>
    public long? LastOffset { get; init; }

    /// <summary>
    /// Time (ms) after which compaction may drop the tombstones or marker in here;
    /// takes the base time's place (KIP-534).
    /// </summary>
    public long? DeleteHorizon { get; init; }

    /// <summary>Records added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the batch before compression.</summary>
    public int Size => RecordBatch.HeaderSize + _records.WrittenCount;

    /// <summary>Adds a record at the next offset.</summary>
    public void Add(long timestamp, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Add(BaseOffset + _nextOffset, timestamp, key, true, value, true);

    /// <summary>Adds a record at the next offset; a null value is a tombstone.</summary>
    public void Add(long timestamp, byte[]? key, byte[]? value, params (string Name, byte[]? Value)[] headers) =>
        Add(BaseOffset + _nextOffset, timestamp, key, key is not null, value, value is not null, headers);

    /// <summary>Adds a record of another batch with its own offset, at or after the next one.</summary>
    public void Add(Record record)
    {
        var headers = new (string, byte[]?)[record.Headers.Count];
        var at = 0;
        foreach (var header in record.Headers)
            headers[at++] = (Encoding.UTF8.GetString(header.Name), header.HasValue ? header.Value.ToArray() : null);
        Add(record.Offset, record.Timestamp, record.Key, record.HasKey, record.Value, record.HasValue, headers);
    }

    /// <summary>The batch with its checksum.</summary>
    /// <exception cref="InvalidRecordException">The compression is not to be had on this machine.</exception>
    public byte[] Build()
    {
        var payload = Compression == CompressionType.None
            ? _records.WrittenSpan
            : Records.Compression.Compress(Compression, _records.WrittenSpan);
        var bytes = new byte[RecordBatch.HeaderSize + payload.Length];
        var span = bytes.AsSpan();
        payload.CopyTo(span[RecordBatch.HeaderSize..]);
        BinaryPrimitives.WriteInt32BigEndian(span[8..], bytes.Length - RecordBatch.PrefixSize);
        RecordBatch.Place(span, BaseOffset, LeaderEpoch);
        span[RecordBatch.MagicAt] = RecordBatch.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(span[AttributesAt..], Attributes());
        BinaryPrimitives.WriteInt32BigEndian(
            span[23..], (int)((LastOffset ?? (BaseOffset + Math.Max(0, _nextOffset - 1))) - BaseOffset));
        BinaryPrimitives.WriteInt64BigEndian(span[27..], _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(span[35..], _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(span[43..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(span[51..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(span[53..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(span[57..], Count);
        RecordBatch.Seal(span);
        return bytes;
    }

    private short Attributes() => (short)((int)Compression | ((int)TimestampType << 3)
        | (IsTransactional ? 1 << 4 : 0) | (IsControl ? 1 << 5 : 0)
        | (DeleteHorizon is null ? 0 : 1 << 6));

    private void Add(
        long offset,
        long timestamp,
        ReadOnlySpan<byte> key,
        bool hasKey,
        ReadOnlySpan<byte> value,
        bool hasValue,
        params ReadOnlySpan<(string Name, byte[]? Value)> headers)
    {
        if (Count == 0)
            _baseTimestamp = DeleteHorizon ?? timestamp;
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        var body = new ArrayBufferWriter<byte>(64 + key.Length + value.Length);
        body.Write(stackalloc byte[1]);
        Number(body, timestamp - _baseTimestamp);
        Number(body, offset - BaseOffset);
        Bytes(body, key, hasKey);
        Bytes(body, value, hasValue);
        Number(body, headers.Length);
        foreach (var (name, content) in headers)
        {
            Bytes(body, Encoding.UTF8.GetBytes(name), true);
            Bytes(body, content, content is not null);
        }

        Bytes(_records, body.WrittenSpan, true);
        _nextOffset = offset - BaseOffset + 1;
        Count++;
    }

    private static void Bytes(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> bytes, bool isThere)
    {
        Number(to, isThere ? bytes.Length : -1);
        if (isThere)
            to.Write(bytes);
    }

    private static void Number(ArrayBufferWriter<byte> to, long value) =>
        to.Advance(Varint.Write(to.GetSpan(Varint.MaxBytes), value));
}
