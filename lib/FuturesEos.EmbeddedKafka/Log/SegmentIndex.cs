using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// What is known of a segment without reading it: a sparse index by offset and time, its aborted transactions, its end.
/// Kept in memory; stored only after the log bytes it speaks of are forced to the disk, so a stored index is never
/// ahead of its log, and a start reads only what lies behind <see cref="CoveredBytes"/>.
/// <code>
/// 46454958 "FEIX"  0002 version  0001 complete  00000000 covered bytes  base offset (8)  next offset (8)
/// first, max timestamp (8 each)  offset of the max timestamp (8)
/// 00000001 entries: offset (8) position (4) max timestamp before (8)
/// 00000000 aborted: producer id, first, last, stable offset (8 each)   then CRC-32C
/// </code>
/// </summary>
internal sealed class SegmentIndex(long baseOffset)
{
    public const string Extension = ".index";
    private const uint Magic = 0x46454958;
    private const short Version = 2;
    private const int HeaderBytes = 52;
    private const int EntryBytes = 20;
    private const int AbortedBytes = 32;

    private readonly List<IndexEntry> _entries = [];
    private readonly List<AbortedTransaction> _aborted = [];

    public long BaseOffset { get; } = baseOffset;

    /// <summary>Bytes of the segment that hold whole batches.</summary>
    public int CoveredBytes { get; private set; }

    public long NextOffset { get; private set; } = baseOffset;

    /// <summary>
    /// It was stored when nothing more came into the segment: what is missing behind it was never in it.
    /// </summary>
    public bool IsComplete { get; private set; }

    /// <summary>Largest time of the first batch, ms; -1 while empty.</summary>
    public long FirstTimestamp { get; private set; } = -1;

    public long MaxTimestamp { get; private set; } = -1;

    /// <summary>Base offset of the first batch that has the largest time.</summary>
    public long MaxTimestampOffset { get; private set; } = -1;

    public IReadOnlyList<AbortedTransaction> Aborted => _aborted;

    /// <summary>Notes a batch that was written at the end.</summary>
    public void Add(RecordBatch batch, long baseOffset, int intervalBytes)
    {
        if (_entries.Count == 0 || CoveredBytes - _entries[^1].Position >= intervalBytes)
            _entries.Add(new(baseOffset, CoveredBytes, MaxTimestamp));
        if (CoveredBytes == 0)
            FirstTimestamp = batch.MaxTimestamp;
        if (batch.MaxTimestamp > MaxTimestamp)
            (MaxTimestamp, MaxTimestampOffset) = (batch.MaxTimestamp, baseOffset);
        CoveredBytes += batch.Size;
        NextOffset = baseOffset + batch.LastOffsetDelta + 1;
    }

    public void Add(AbortedTransaction aborted) => _aborted.Add(aborted);

    /// <summary>A batch at or before the one that holds <paramref name="offset"/>.</summary>
    public int FloorPosition(long offset)
    {
        var at = _entries.FindLastBefore(entry => entry.BaseOffset <= offset);
        return at < 0 ? 0 : _entries[at].Position;
    }

    /// <summary>A batch at or before the first that has a record at or after <paramref name="timestamp"/>.</summary>
    public int FloorPositionOfTime(long timestamp)
    {
        var at = _entries.FindLastBefore(entry => entry.MaxTimestampBefore < timestamp);
        return at < 0 ? 0 : _entries[at].Position;
    }

    /// <summary>
    /// Adds to <paramref name="found"/> what a reader of these offsets must know; false once no later segment has any.
    /// </summary>
    public bool Collect(long fromOffset, long upperBound, List<AbortedTransaction> found)
    {
        var from = _aborted.FindLastBefore(entry => entry.LastOffset < fromOffset) + 1;
        foreach (var entry in CollectionsMarshal.AsSpan(_aborted)[from..])
        {
            if (entry.FirstOffset < upperBound)
                found.Add(entry);
            if (entry.LastStableOffset >= upperBound)
                return false;
        }

        return true;
    }

    public byte[] Write(bool isComplete)
    {
        var size = HeaderBytes + sizeof(int) + (_entries.Count * EntryBytes)
            + sizeof(int) + (_aborted.Count * AbortedBytes) + sizeof(uint);
        var bytes = new byte[size];
        var at = new SpanWriter(bytes);
        at.Int32((int)Magic);
        at.Int16(Version);
        at.Int16((short)(isComplete ? 1 : 0));
        at.Int32(CoveredBytes);
        at.Int64(BaseOffset);
        at.Int64(NextOffset);
        at.Int64(FirstTimestamp);
        at.Int64(MaxTimestamp);
        at.Int64(MaxTimestampOffset);
        at.Int32(_entries.Count);
        foreach (var entry in _entries)
        {
            at.Int64(entry.BaseOffset);
            at.Int32(entry.Position);
            at.Int64(entry.MaxTimestampBefore);
        }

        at.Int32(_aborted.Count);
        foreach (var aborted in _aborted)
        {
            at.Int64(aborted.ProducerId);
            at.Int64(aborted.FirstOffset);
            at.Int64(aborted.LastOffset);
            at.Int64(aborted.LastStableOffset);
        }

        at.Int32((int)Crc32C.Of(bytes.AsSpan(0, bytes.Length - sizeof(uint))));
        return bytes;
    }

    /// <summary>Reads a stored index; null when it is damaged, of another segment, or ahead of its log.</summary>
    public static SegmentIndex? TryRead(ReadOnlySpan<byte> bytes, long baseOffset, long logBytes)
    {
        if (bytes.Length < HeaderBytes + (3 * sizeof(int))
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[^sizeof(uint)..]) != Crc32C.Of(bytes[..^sizeof(uint)]))
        {
            return null;
        }

        var at = new SpanReader(bytes);
        if (at.Int32() != unchecked((int)Magic) || at.Int16() != Version)
            return null;
        var index = new SegmentIndex(baseOffset) { IsComplete = at.Int16() != 0, CoveredBytes = at.Int32() };
        if (at.Int64() != baseOffset || index.CoveredBytes > logBytes)
            return null;
        index.NextOffset = at.Int64();
        index.FirstTimestamp = at.Int64();
        index.MaxTimestamp = at.Int64();
        index.MaxTimestampOffset = at.Int64();
        for (var left = at.Int32(); left > 0; left--)
            index._entries.Add(new(at.Int64(), at.Int32(), at.Int64()));
        for (var left = at.Int32(); left > 0; left--)
            index._aborted.Add(new(at.Int64(), at.Int64(), at.Int64(), at.Int64()));
        return index;
    }
}
