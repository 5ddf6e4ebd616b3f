using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>ListOffsets.</summary>
internal sealed partial class PartitionLog
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long LargestTimestamp = -3;
    private const long EarliestLocal = -4;

    /// <summary>
    /// ListOffsets: -1 the end (the stable one for read_committed), -2 and -4 the start, -3 the record with the largest
    /// time, else the first record at or after that time (ms).
    /// </summary>
    public OffsetAt FindOffset(long timestamp, bool isReadCommitted)
    {
        List<Segment> segments;
        long start;
        long bound;
        lock (_gate)
        {
            if (_isClosed)
                return new OffsetAt(KafkaError.NotLeaderOrFollower, -1, -1);
            start = _logStart;
            bound = isReadCommitted ? _stable : _highWatermark;
            if (timestamp == Latest)
                return new OffsetAt(KafkaError.None, bound, -1);
            if (timestamp is Earliest or EarliestLocal)
                return new OffsetAt(KafkaError.None, start, -1);
            if (timestamp is < 0 and not LargestTimestamp)
                return OffsetAt.None;
            segments = [.. _segments];
        }

        try
        {
            return timestamp == LargestTimestamp
                ? FindLargest(segments, start, bound)
                : FindFirst(segments, timestamp, start, bound);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidRecordException)
        {
            _environment.Logger.ReadFailed(Partition.ToString(), failure.Message);
            return new OffsetAt(KafkaError.KafkaStorageError, -1, -1);
        }
    }

    private static OffsetAt FindLargest(List<Segment> segments, long start, long bound)
    {
        var largest = segments.Where(s => s.NextOffset > start && s.SizeBytes > 0).MaxBy(s => s.Index.MaxTimestamp);
        return largest is null ? OffsetAt.None : FindFirst([largest], largest.Index.MaxTimestamp, start, bound);
    }

    private static OffsetAt FindFirst(List<Segment> segments, long timestamp, long start, long bound)
    {
        foreach (var segment in segments.Where(s => s.NextOffset > start && s.Index.MaxTimestamp >= timestamp))
        {
            var scanner = new BatchScanner(
                segment.File, segment.Index.FloorPositionOfTime(timestamp), segment.SizeBytes);
            while (scanner.TryNext(out var batch) && batch.BaseOffset < bound)
            {
                if (batch.MaxTimestamp < timestamp || batch.NextOffset <= start)
                    continue;
                if (FirstIn(batch, timestamp, start, bound) is { } found)
                    return found;
            }
        }

        return OffsetAt.None;
    }

    private static OffsetAt? FirstIn(RecordBatch batch, long timestamp, long start, long bound)
    {
        var records = new RecordReader(batch);
        while (records.TryRead(out var record))
        {
            if (record.Timestamp >= timestamp && record.Offset >= start && record.Offset < bound)
                return new OffsetAt(KafkaError.None, record.Offset, record.Timestamp);
        }

        return null;
    }
}
