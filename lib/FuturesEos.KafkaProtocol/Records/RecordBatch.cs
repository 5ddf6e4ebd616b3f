using System.Buffers.Binary;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// A record batch (magic 2) seen through its bytes; nothing is copied or decoded.
/// <code>
/// 00000000 00000005  base offset            0000  attributes: compression 0-2, log append time 3,
/// 00000042           length after this                        transactional 4, control 5, delete horizon 6
/// 00000000           leader epoch           00000000  last offset delta
/// 02                 magic                  0000019A 8F2B3C40  base timestamp (first record), ms
/// 5B1F0C2E           CRC-32C of the rest    0000019A 8F2B3C40  max timestamp
///                                           00000000 000003E8  producer id (-1: none)
///                                           0000  producer epoch    00000000  base sequence    00000001  records
/// </code>
/// </summary>
public readonly ref struct RecordBatch
{
    /// <summary>Bytes before the first record.</summary>
    public const int HeaderSize = 61;

    /// <summary>Bytes of base offset and length, which the length does not count.</summary>
    public const int PrefixSize = 12;

    /// <summary>The only format taken and written here (Kafka 0.11 and later, KIP-98).</summary>
    public const byte CurrentMagic = 2;

    /// <summary>No producer id: the batch is neither idempotent nor transactional.</summary>
    public const long NoProducerId = -1;

    /// <summary>No sequence: a marker, or a batch of a coordinator.</summary>
    public const int NoSequence = -1;

    /// <summary>What a producer without an epoch has.</summary>
    public const short NoProducerEpoch = -1;

    /// <summary>Where a batch says its format.</summary>
    public const int MagicAt = 16;
    private const int LeaderEpochAt = 12;
    private const int CrcAt = 17;
    private const int CheckedFrom = 21;
    private const int BaseTimestampAt = 27;
    private const int MaxTimestampAt = 35;
    private const int ProducerIdAt = 43;
    private const int ProducerEpochAt = 51;
    private const int TransactionalBit = 1 << 4;
    private const int ControlBit = 1 << 5;
    private const int DeleteHorizonBit = 1 << 6;
    private const int AppendTimeBit = 1 << 3;
    private const int CompressionMask = 7;

    /// <summary>
    /// Sees <paramref name="bytes"/>, which start with a whole header, as a batch; what follows it is left out.
    /// </summary>
    public RecordBatch(ReadOnlySpan<byte> bytes) => Bytes = bytes[..Math.Min(bytes.Length, SizeOf(bytes))];

    /// <summary>Header and records.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(Bytes);

    /// <summary>Bytes of the whole batch as its length field says.</summary>
    public int Size => SizeOf(Bytes);

    public int LeaderEpoch => BinaryPrimitives.ReadInt32BigEndian(Bytes[LeaderEpochAt..]);

    public byte Magic => Bytes[MagicAt];

    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(Bytes[CrcAt..]);

    public short Attributes => BinaryPrimitives.ReadInt16BigEndian(Bytes[21..]);

    public int LastOffsetDelta => BinaryPrimitives.ReadInt32BigEndian(Bytes[23..]);

    /// <summary>Timestamp that the records' deltas count from, ms since 1970.</summary>
    public long BaseTimestamp => BinaryPrimitives.ReadInt64BigEndian(Bytes[BaseTimestampAt..]);

    /// <summary>Largest timestamp of the records, ms since 1970; with log append time that of all of them.</summary>
    public long MaxTimestamp => BinaryPrimitives.ReadInt64BigEndian(Bytes[MaxTimestampAt..]);

    public long ProducerId => BinaryPrimitives.ReadInt64BigEndian(Bytes[ProducerIdAt..]);

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(Bytes[ProducerEpochAt..]);

    public int BaseSequence => BinaryPrimitives.ReadInt32BigEndian(Bytes[53..]);

    /// <summary>Records in the batch; fewer than the offsets it spans where compaction took some.</summary>
    public int RecordCount => BinaryPrimitives.ReadInt32BigEndian(Bytes[57..]);

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public long NextOffset => LastOffset + 1;

    /// <summary>Sequence of the last record; after 2147483647 comes 0.</summary>
    public int LastSequence => BaseSequence == NoSequence ? NoSequence : SequenceAfter(BaseSequence, LastOffsetDelta);

    public CompressionType Compression => (CompressionType)(Attributes & CompressionMask);

    public TimestampType TimestampType =>
        (Attributes & AppendTimeBit) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    public bool IsTransactional => (Attributes & TransactionalBit) != 0;

    /// <summary>A marker: its records are the coordinator's, not the user's.</summary>
    public bool IsControl => (Attributes & ControlBit) != 0;

    /// <summary>
    /// When compaction may drop the tombstones or the marker in here, ms; null before a first compaction (KIP-534).
    /// </summary>
    public long? DeleteHorizon => (Attributes & DeleteHorizonBit) == 0 ? null : BaseTimestamp;

    public bool HasProducerId => ProducerId > NoProducerId;

    /// <summary>The records' bytes, packed as they are.</summary>
    public ReadOnlySpan<byte> Payload => Bytes[HeaderSize..];

    /// <summary>Whether the checksum fits the bytes.</summary>
    public bool HasValidCrc => Crc32C.Of(Bytes[CheckedFrom..]) == Crc;

    /// <summary>
    /// Size of the batch that starts <paramref name="bytes"/>, or 0 when fewer than <see cref="PrefixSize"/> bytes are
    /// there. A length below a header's is given back as it is: compare with <see cref="HeaderSize"/>.
    /// </summary>
    public static int SizeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < PrefixSize)
            return 0;
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        return length is < 0 or > int.MaxValue - PrefixSize ? 0 : length + PrefixSize;
    }

    /// <summary>
    /// Takes the next whole batch off <paramref name="bytes"/>; false at the end and before a batch that is cut short.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out RecordBatch batch)
    {
        var size = SizeOf(bytes);
        if (size < HeaderSize || size > bytes.Length)
        {
            batch = default;
            return false;
        }

        batch = new RecordBatch(bytes[..size]);
        bytes = bytes[size..];
        return true;
    }

    /// <summary>
    /// The sequence <paramref name="steps"/> after <paramref name="sequence"/>, counting on from 2147483647 with 0.
    /// </summary>
    public static int SequenceAfter(int sequence, int steps) => (int)(((long)sequence + steps) & int.MaxValue);

    /// <summary>Gives the batch its place in the log. Neither field is part of the checksum.</summary>
    public static void Place(Span<byte> batch, long baseOffset, int leaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[LeaderEpochAt..], leaderEpoch);
    }

    /// <summary>Replaces the records' timestamps by the broker's clock (ms) and renews the checksum.</summary>
    public static void StampAppendTime(Span<byte> batch, long timestamp)
    {
        var attributes = BinaryPrimitives.ReadInt16BigEndian(batch[CheckedFrom..]);
        BinaryPrimitives.WriteInt16BigEndian(batch[CheckedFrom..], (short)(attributes | AppendTimeBit));
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], timestamp);
        Seal(batch);
    }

    /// <summary>
    /// Has the header tell of the newest record, which clients need not do: sarama 1.22 leaves the field empty.
    /// Segments expire, and are searched for a time, by what headers say.
    /// </summary>
    public static void CorrectMaxTimestamp(Span<byte> batch, long timestamp)
    {
        if (BinaryPrimitives.ReadInt64BigEndian(batch[MaxTimestampAt..]) == timestamp)
            return;
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], timestamp);
        Seal(batch);
    }

    /// <summary>The same batch with its records packed otherwise.</summary>
    /// <exception cref="InvalidRecordException">
    /// They unpack to more than <paramref name="maxUnpackedBytes"/>, or the compression is not to be had here.
    /// </exception>
    public static byte[] Repack(RecordBatch batch, CompressionType compression, int? level, int maxUnpackedBytes)
    {
        using var unpacked = batch.Compression == CompressionType.None
            ? null
            : Records.Compression.Unpack(batch.Compression, batch.Payload, maxUnpackedBytes);
        var records = unpacked is null ? batch.Payload : unpacked.Written;
        var payload = compression == CompressionType.None
            ? records
            : Records.Compression.Compress(compression, records, level);
        var bytes = new byte[HeaderSize + payload.Length];
        batch.Bytes[..HeaderSize].CopyTo(bytes);
        payload.CopyTo(bytes.AsSpan(HeaderSize));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), bytes.Length - PrefixSize);
        BinaryPrimitives.WriteInt16BigEndian(
            bytes.AsSpan(CheckedFrom), (short)((batch.Attributes & ~CompressionMask) | (int)compression));
        Seal(bytes);
        return bytes;
    }

    /// <summary>Fills in whose batch it is and the time of its only record; seal it afterwards.</summary>
    internal static void SetProducer(Span<byte> batch, long producerId, short producerEpoch, long timestamp)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[BaseTimestampAt..], timestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], timestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[ProducerIdAt..], producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[ProducerEpochAt..], producerEpoch);
    }

    internal static void Seal(Span<byte> batch) =>
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Of(batch[CheckedFrom..]));
}
