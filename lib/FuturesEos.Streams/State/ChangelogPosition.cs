using System.Buffers.Binary;
using System.Text;

namespace FuturesEos.Streams.State;

/// <summary>
/// What a store's contents are the fold of: the changelog partition's records below <see cref="Offset"/>. Kept in the
/// store, in the same write as the contents.
/// </summary>
/// <param name="Topic">The changelog.</param>
/// <param name="TopicId">Its id as 32 hex digits, or empty where the broker tells none: a topic deleted and made again
/// has another one.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">The offset after the last record taken in.</param>
/// <param name="WrittenAtMs">When, ms since the epoch: a store older than the changelog's tombstones cannot
/// be brought up.</param>
internal sealed record ChangelogPosition(string Topic, string TopicId, int Partition, long Offset, long WrittenAtMs)
{
    private const byte Version = 1;
    private const int FixedLength = 1 + 4 + 8 + 8 + 2 + 2;

    /// <summary>
    /// <c>01 | 00000002 | 00000000000004D2 | 0000019A… | 0003 a-b | 0020 …32 hex digits</c>: version, partition,
    /// offset, time, and the two texts with their lengths; big-endian.
    /// </summary>
    public byte[] ToBytes()
    {
        var topic = Encoding.UTF8.GetBytes(Topic);
        var id = Encoding.UTF8.GetBytes(TopicId);
        var bytes = new byte[FixedLength + topic.Length + id.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), Partition);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(5), Offset);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(13), WrittenAtMs);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(21), (ushort)topic.Length);
        topic.CopyTo(bytes, 23);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(23 + topic.Length), (ushort)id.Length);
        id.CopyTo(bytes, FixedLength + topic.Length);
        return bytes;
    }

    /// <summary>Null when the bytes are not a position this version reads.</summary>
    public static ChangelogPosition? FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedLength || bytes[0] != Version)
            return null;
        int topicLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[21..]);
        if (bytes.Length < FixedLength + topicLength)
            return null;
        int idLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[(23 + topicLength)..]);
        if (bytes.Length != FixedLength + topicLength + idLength)
            return null;
        var offset = BinaryPrimitives.ReadInt64BigEndian(bytes[5..]);
        return offset < 0 ? null : new ChangelogPosition(
            Encoding.UTF8.GetString(bytes.Slice(23, topicLength)),
            Encoding.UTF8.GetString(bytes[(FixedLength + topicLength)..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[1..]),
            offset,
            BinaryPrimitives.ReadInt64BigEndian(bytes[13..]));
    }
}
