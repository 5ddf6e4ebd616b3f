using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>Fetch and ListOffsets.</summary>
internal sealed partial class PartitionLog
{
    private static readonly IReadOnlyList<AbortedTransaction> NoneAborted = [];

    /// <summary>
    /// Reads whole batches from the one that holds <paramref name="offset"/> (log start to end; anything else is
    /// OFFSET_OUT_OF_RANGE), at most <paramref name="maxBytes"/>, but the first one whole where
    /// <paramref name="isOneBatchSure"/>. read_committed stops at the stable offset and lists aborted transactions.
    /// Memory for the records is taken out of <paramref name="grant"/>, where there is one: without it none are read.
    /// </summary>
    public LogRead Read(
        long offset, int maxBytes, bool isReadCommitted, bool isOneBatchSure, ReadGrant? grant = null)
    {
        LogRead empty;
        List<Segment> segments;
        ReadPoint from;
        long bound;
        lock (_gate)
        {
            empty = Answer(offset, isReadCommitted);
            bound = isReadCommitted ? _stable : _highWatermark;
            if (empty.Error != KafkaError.None || offset >= bound || (maxBytes <= 0 && !isOneBatchSure))
                return empty;
            from = Locate(offset, bound);
            segments = from.Following;
        }

        try
        {
            while (true)
            {
                if (ReadSegment(
                    from, offset, bound, maxBytes, isOneBatchSure, grant, out var isPast) is { } found)
                {
                    return With(empty, found, grant);
                }

                if (!isPast || segments.Count == 0)
                    return empty;
                from = new ReadPoint(segments[0], 0, segments[0].SizeBytes, segments[1..]);
                segments = from.Following;
            }
        }
        catch (ObjectDisposedException)
        {
            return new LogRead { Error = KafkaError.NotLeaderOrFollower };
        }
        catch (IOException failure)
        {
            _environment.Logger.ReadFailed(Partition.ToString(), failure.Message);
            return new LogRead { Error = KafkaError.KafkaStorageError };
        }
    }

    /// <summary>Fires <paramref name="waiter"/> at the next movement of its end, and when the log closes.</summary>
    public void Watch(LogWaiter waiter)
    {
        lock (_gate)
        {
            if (_isClosed)
                waiter.Fire();
            else
                _waiters.Add(waiter);
        }
    }

    public void Unwatch(LogWaiter waiter)
    {
        lock (_gate)
            _waiters.Remove(waiter);
    }

    private void Wake(bool isHighWatermark, bool isStable)
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            if (!(_waiters[i].IsReadCommitted ? isStable : isHighWatermark))
                continue;
            _waiters[i].Fire();
            _waiters.RemoveAt(i);
        }
    }

    private LogRead Answer(long offset, bool isReadCommitted) => new()
    {
        Error = _isClosed ? KafkaError.NotLeaderOrFollower
            : offset < _logStart || offset > _end ? KafkaError.OffsetOutOfRange
            : KafkaError.None,
        HighWatermark = _highWatermark,
        LastStableOffset = _stable,
        LogStartOffset = _logStart,
        Aborted = isReadCommitted ? NoneAborted : null,
    };

    private ReadPoint Locate(long offset, long bound)
    {
        var at = _segments.FindLastBefore(segment => segment.BaseOffset <= offset);
        if (at < 0)
            at = 0;
        var segment = _segments[at];
        var exact = _recent.Find(segment, offset);
        var start = exact >= 0 ? exact : segment.Index.FloorPosition(offset);
        var end = bound < segment.NextOffset ? _recent.Find(segment, bound) : -1;
        return new ReadPoint(segment, start, end > 0 ? end : segment.SizeBytes, _segments[(at + 1)..]);
    }

    /// <summary>
    /// Reads from one segment; null with <paramref name="isPast"/> when it has nothing at or after the offset.
    /// </summary>
    private static Found? ReadSegment(
        ReadPoint place,
        long offset,
        long bound,
        int maxBytes,
        bool isOneBatchSure,
        ReadGrant? grant,
        out bool isPast)
    {
        var (position, wanted) = (place.Start, maxBytes);
        isPast = false;
        while (position < place.End)
        {
            var bytes = Math.Max(RecordBatch.HeaderSize, Math.Min(wanted, place.End - position));
            var share = 0;
            if (grant is not null)
                bytes = grant.Take(bytes, out share);
            if (bytes == 0)
                return null;
            var buffer = PooledBytes.Rent(bytes);
            var cut = default(BatchRange);
            try
            {
                var length = ReadFully(
                    place.Segment, buffer.AsSpan(0, Math.Min(buffer.Length, place.End - position)), position);
                cut = BatchRange.Of(buffer.AsSpan(0, length), offset, bound, maxBytes, isOneBatchSure);
                if (cut.Length > 0)
                    return new Found(buffer, share, cut.Start, cut.Length, cut.NextOffset);
            }
            finally
            {
                if (cut.Length == 0)
                {
                    PooledBytes.Return(buffer);
                    grant?.PutBack(share);
                }
            }

            if (cut.IsAtBound)
                return null;
            if (cut.SizeNeeded > 0 && !isOneBatchSure && cut.SizeNeeded > maxBytes && cut.IsWanted)
                return null;
            if (cut.Start == 0 && cut.SizeNeeded == 0)
                return null;
            position += cut.Start;
            wanted = Math.Max(maxBytes, cut.SizeNeeded);
        }

        isPast = true;
        return null;
    }

    private static int ReadFully(Segment segment, Span<byte> into, long position)
    {
        var length = 0;
        for (int read; length < into.Length
            && (read = RandomAccess.Read(segment.File, into[length..], position + length)) > 0;)
        {
            length += read;
        }

        return length;
    }

    private LogRead With(LogRead head, Found found, ReadGrant? grant)
    {
        var aborted = head.Aborted;
        if (aborted is not null)
        {
            var first = new RecordBatch(found.Buffer.AsSpan(found.Start)).BaseOffset;
            lock (_gate)
                aborted = CollectAborted(first, found.NextOffset) ?? aborted;
        }

        return head.With(found.Buffer, found.Buffer.AsMemory(found.Start, found.Length), aborted, grant, found.Share);
    }

    private List<AbortedTransaction>? CollectAborted(long fromOffset, long upperBound)
    {
        List<AbortedTransaction>? aborted = null;
        var first = Math.Max(0, _segments.FindLastBefore(s => s.BaseOffset <= fromOffset));
        for (var at = first; at < _segments.Count; at++)
        {
            var index = _segments[at].Index;
            if (index.Aborted.Count > 0 && !index.Collect(fromOffset, upperBound, aborted ??= []))
                break;
        }

        return aborted;
    }

    private readonly record struct ReadPoint(Segment Segment, int Start, int End, List<Segment> Following);

    private readonly record struct Found(byte[] Buffer, int Share, int Start, int Length, long NextOffset);
}
