using System.Buffers.Binary;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// The producers' states at an offset, in a file named after it, so that a start replays only what came later. Unlike
/// Kafka's it keeps all five batches: a retry across a restart is still known as a duplicate.
/// <code>
/// 46455053 "FEPS"  0001 version  00000001 producers
/// 00000000000003E8 id  0000 epoch  FFFFFFFF coordinator epoch  last seen (8)  transaction start (8)  01 batches
///   00000004 last sequence  last offset (8)  00000004 offset delta  timestamp (8)     oldest first
/// 00000000 CRC-32C of everything before
/// </code>
/// </summary>
internal static class ProducerSnapshot
{
    public const string Extension = ".snapshot";
    private const uint Magic = 0x46455053;
    private const short Version = 1;
    private const int FilesKept = 2;
    private const int HeaderBytes = 10;
    private const int ProducerBytes = 31;
    private const int BatchBytes = 24;

    /// <summary>Snapshots in a log's folder, newest first.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(folder, "*" + Extension).OrderByDescending(Segment.OffsetOf);

    /// <summary>Deletes snapshots of records that were lost.</summary>
    public static void DeleteFrom(string folder, long offset)
    {
        foreach (var file in Files(folder).Where(file => Segment.OffsetOf(file) >= offset))
            File.Delete(file);
    }

    /// <summary>
    /// Deletes old snapshots; one at or before <paramref name="segmentBase"/> stays, should that segment be damaged.
    /// </summary>
    public static void DeleteOld(string folder, long segmentBase)
    {
        var files = Files(folder).ToList();
        var safe = files.FindIndex(file => Segment.OffsetOf(file) <= segmentBase);
        for (var i = FilesKept; i < files.Count; i++)
        {
            if (i != safe)
                File.Delete(files[i]);
        }
    }

    public static byte[] Write(ProducerStates states)
    {
        var producers = states.All.Where(p => p.Epoch >= 0).ToList();
        var size = HeaderBytes + producers.Sum(p => ProducerBytes + (p.BatchCount * BatchBytes)) + sizeof(uint);
        var bytes = new byte[size];
        var at = bytes.AsSpan();
        BinaryPrimitives.WriteUInt32BigEndian(at, Magic);
        BinaryPrimitives.WriteInt16BigEndian(at[4..], Version);
        BinaryPrimitives.WriteInt32BigEndian(at[6..], producers.Count);
        at = at[HeaderBytes..];
        foreach (var producer in producers)
            at = Write(at, producer);
        BinaryPrimitives.WriteUInt32BigEndian(at, Crc32C.Of(bytes.AsSpan(0, bytes.Length - sizeof(uint))));
        return bytes;
    }

    /// <summary>Reads a snapshot; false when it is damaged, so that an older one or the log itself serves.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ProducerStates into)
    {
        if (bytes.Length < HeaderBytes + sizeof(uint)
            || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic
            || BinaryPrimitives.ReadInt16BigEndian(bytes[4..]) != Version
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[^sizeof(uint)..]) != Crc32C.Of(bytes[..^sizeof(uint)]))
        {
            return false;
        }

        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[6..]);
        var at = bytes[HeaderBytes..];
        for (; count > 0; count--)
            into.Restore(Read(ref at));
        return true;
    }

    private static Span<byte> Write(Span<byte> at, ProducerState producer)
    {
        BinaryPrimitives.WriteInt64BigEndian(at, producer.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(at[8..], producer.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(at[10..], producer.CoordinatorEpoch);
        BinaryPrimitives.WriteInt64BigEndian(at[14..], producer.LastSeen);
        BinaryPrimitives.WriteInt64BigEndian(at[22..], producer.TransactionStart);
        at[30] = (byte)producer.BatchCount;
        at = at[ProducerBytes..];
        for (var back = producer.BatchCount - 1; back >= 0; back--)
        {
            var batch = producer.Newest(back);
            BinaryPrimitives.WriteInt32BigEndian(at, batch.LastSequence);
            BinaryPrimitives.WriteInt64BigEndian(at[4..], batch.LastOffset);
            BinaryPrimitives.WriteInt32BigEndian(at[12..], batch.OffsetDelta);
            BinaryPrimitives.WriteInt64BigEndian(at[16..], batch.Timestamp);
            at = at[BatchBytes..];
        }

        return at;
    }

    private static ProducerState Read(ref ReadOnlySpan<byte> at)
    {
        var producer = new ProducerState(BinaryPrimitives.ReadInt64BigEndian(at));
        producer.Restore(
            BinaryPrimitives.ReadInt16BigEndian(at[8..]),
            BinaryPrimitives.ReadInt32BigEndian(at[10..]),
            BinaryPrimitives.ReadInt64BigEndian(at[14..]),
            BinaryPrimitives.ReadInt64BigEndian(at[22..]));
        var batches = at[30];
        at = at[ProducerBytes..];
        for (; batches > 0; batches--)
        {
            producer.Remember(new(
                BinaryPrimitives.ReadInt32BigEndian(at),
                BinaryPrimitives.ReadInt64BigEndian(at[4..]),
                BinaryPrimitives.ReadInt32BigEndian(at[12..]),
                BinaryPrimitives.ReadInt64BigEndian(at[16..])));
            at = at[BatchBytes..];
        }

        return producer;
    }
}
