using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Brings a log's folder back to its last whole batch. Stored indexes speak only of bytes that were forced to the disk;
/// what lies behind them is read batch by batch, and from the first that is not whole the rest is cut. Producers come
/// from the newest good snapshot before that point and the batches since; aborted transactions come with the indexes or
/// the reading. An index or snapshot that is newer than its log, or of another, is not believed and goes.
/// </summary>
internal sealed class LogRecovery(TopicPartition partition, string folder, LogConfig config, LogEnvironment environment)
{
    private readonly long _now = environment.Now;

    public RecoveredLog Run()
    {
        Directory.CreateDirectory(folder);
        DeleteLeftovers();
        var logStart = OffsetFile.Read(folder, OffsetFile.LogStart);
        var segments = OpenSegments(logStart);
        try
        {
            var (trusted, producers, snapshot) = RestoreProducers(segments, logStart);
            if (segments[^1].NextOffset < logStart)
            {
                // Records above the deleted ones were lost too; their offsets are not given twice.
                environment.Logger.TailCut(partition.ToString(), 0, logStart, segments.Count);
                while (segments.Count > 0)
                    Drop(segments, 0);
                segments.Add(Segment.Open(folder, logStart, environment.Storage));
                (producers, snapshot, trusted) = (new ProducerStates(), logStart, logStart);
                ProducerSnapshot.DeleteFrom(folder, 0);
            }

            // more comes into it now
            if (segments[^1].IsSealed)
                segments[^1].DeleteIndex();

            // those that were not believed would be once the log has grown past them
            var forced = Math.Min(trusted, segments[^1].NextOffset);
            ProducerSnapshot.DeleteFrom(folder, forced + 1);
            if (environment.Fsync == FsyncPolicy.Always)
            {
                Force(segments);
                forced = segments[^1].NextOffset;
            }

            return new RecoveredLog(
                segments, producers, Math.Max(logStart, segments[0].BaseOffset), snapshot, forced);
        }
        catch
        {
            segments.ForEach(segment => segment.Dispose());
            throw;
        }
    }

    /// <summary>What a killed process had not forced yet can be read from here on.</summary>
    private void Force(List<Segment> segments)
    {
        foreach (var segment in segments.Where(segment => !segment.IsSealed))
            environment.Storage.Flush(segment.File);
        environment.Storage.FlushFolder(folder);
        segments.ForEach(segment => segment.IsNew = false);
    }

    private void DeleteLeftovers()
    {
        var leftovers = Directory.GetFiles(folder, "*.new")
            .Concat(Directory.GetFiles(folder, "*" + LogCleaner.Extension));
        foreach (var leftover in leftovers)
            File.Delete(leftover);
        foreach (var index in Directory.GetFiles(folder, "*" + SegmentIndex.Extension))
        {
            if (!File.Exists(Path.ChangeExtension(index, Segment.Extension)))
                File.Delete(index);
        }
    }

    private List<Segment> OpenSegments(long logStart)
    {
        var bases = Directory.GetFiles(folder, "*" + Segment.Extension)
            .Select(Segment.OffsetOf).Where(offset => offset >= 0).Order().ToList();
        if (bases.Count == 0)
            bases.Add(logStart);
        var segments = bases.Select(offset => Segment.Open(folder, offset, environment.Storage)).ToList();
        if (!IsOfItsLog(segments[^1]))
        {
            segments[^1].DeleteIndex();
            segments[^1].Dispose();
            segments[^1] = Segment.Open(folder, bases[^1], environment.Storage);
        }

        return segments;
    }

    /// <summary>
    /// Where trust ends, and the producers as of the end of the log, with the snapshot that they began at. Segments of
    /// deleted records that a crash left are read too: what they tell of producers may be in no snapshot yet.
    /// </summary>
    private (long Trusted, ProducerStates Producers, long Snapshot) RestoreProducers(
        List<Segment> segments, long logStart)
    {
        while (true)
        {
            var trusted = TrustedEnd(segments);
            var (producers, from) = LoadSnapshot(trusted);
            var broken = Replay(segments, producers, from, logStart);
            if (broken == 0)
                return (trusted, producers, from);
            for (; broken > 0; broken--)
                Drop(segments, 0);
        }
    }

    /// <summary>Whether the last batches that the index covers lie where it says and end where it ends.</summary>
    private static bool IsOfItsLog(Segment segment)
    {
        var index = segment.Index;
        var scanner = new BatchScanner(segment.File, index.FloorPosition(long.MaxValue), index.CoveredBytes);
        var next = index.BaseOffset;
        while (scanner.TryNext(out var batch))
        {
            if (batch.Magic != RecordBatch.CurrentMagic || batch.BaseOffset < next || batch.LastOffsetDelta < 0)
                return false;
            next = batch.NextOffset;
        }

        return scanner.Position == index.CoveredBytes && next == index.NextOffset;
    }

    /// <summary>Offset up to which indexes cover the log without a gap.</summary>
    private static long TrustedEnd(List<Segment> segments)
    {
        foreach (var segment in segments)
        {
            if (!segment.IsSealed)
                return segment.NextOffset;
        }

        return segments[^1].NextOffset;
    }

    private (ProducerStates Producers, long From) LoadSnapshot(long trusted)
    {
        foreach (var file in ProducerSnapshot.Files(folder).Where(file => Segment.OffsetOf(file) <= trusted))
        {
            var producers = new ProducerStates();
            if (ProducerSnapshot.TryRead(File.ReadAllBytes(file), producers))
                return (producers, Segment.OffsetOf(file));
            environment.Logger.SnapshotDamaged(partition.ToString(), file);
        }

        return (new ProducerStates(), 0);
    }

    /// <summary>
    /// Gives how many segments are to be dropped before all can be read: something is missing in them or behind them,
    /// and all that is missing was deleted, so that it is no lost tail.
    /// </summary>
    private int Replay(List<Segment> segments, ProducerStates producers, long from, long logStart)
    {
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            if (i > 0 && segment.BaseOffset < segments[i - 1].NextOffset)
            {
                // Compaction merged it into the one before and died ahead of this deletion.
                Drop(segments, i--);
                continue;
            }

            if (i > 0 && IsTailLost(segments[i - 1], segment))
            {
                if (segment.BaseOffset <= logStart)
                    return i;
                CutFrom(segments, i, lostBytes: 0);
                return 0;
            }

            if (segment.NextOffset > from)
                ReplayCovered(segment, producers, from);
            var length = RandomAccess.GetLength(segment.File);
            if (segment.SizeBytes == length || ReadUncovered(segment, producers, length))
                continue;
            if (i + 1 < segments.Count && segments[i + 1].BaseOffset <= logStart)
                return i + 1;
            environment.Storage.Truncate(segment.File, segment.SizeBytes);
            CutFrom(segments, i + 1, length - segment.SizeBytes);
        }

        return 0;
    }

    /// <summary>
    /// A power cut may keep a segment and not the end of the one before, whose last index was not stored then, only
    /// perhaps an earlier one. A compacted one without any may have been rewritten just before a crash.
    /// </summary>
    private bool IsTailLost(Segment before, Segment segment) =>
        before.NextOffset < segment.BaseOffset && !before.IsSealed && (!config.IsCompacted || before.IsIndexed);

    private void CutFrom(List<Segment> segments, int first, long lostBytes)
    {
        var end = segments[first - 1].NextOffset;
        environment.Logger.TailCut(partition.ToString(), lostBytes, end, segments.Count - first);
        while (segments.Count > first)
            Drop(segments, first);
    }

    private static void Drop(List<Segment> segments, int at)
    {
        segments[at].Delete();
        segments[at].Dispose();
        segments.RemoveAt(at);
    }

    /// <summary>The index knows these batches and their aborted transactions; only the producers are behind.</summary>
    private void ReplayCovered(Segment segment, ProducerStates producers, long from)
    {
        var scanner = new BatchScanner(segment.File, segment.Index.FloorPosition(from), segment.SizeBytes);
        while (scanner.TryNext(out var batch))
        {
            if (batch.BaseOffset >= from)
                Apply(batch, producers, null);
        }
    }

    /// <summary>Reads what no index covers; false at a batch that is not whole.</summary>
    private bool ReadUncovered(Segment segment, ProducerStates producers, long length)
    {
        var scanner = new BatchScanner(segment.File, segment.SizeBytes, length);
        while (scanner.TryNext(out var batch))
        {
            if (!IsNext(batch, segment.NextOffset))
                return false;
            segment.Index.Add(batch, batch.BaseOffset, config.IndexIntervalBytes);
            Apply(batch, producers, segment.Index);
        }

        return segment.SizeBytes == length;
    }

    /// <summary>The checksum does not cover the offset; outside compacted logs each follows the one before.</summary>
    private bool IsNext(RecordBatch batch, long expected) =>
        batch.Magic == RecordBatch.CurrentMagic
        && (batch.BaseOffset == expected || (config.IsCompacted && batch.BaseOffset > expected))
        && batch.LastOffsetDelta >= 0
        && batch.HasValidCrc;

    private void Apply(RecordBatch batch, ProducerStates producers, SegmentIndex? index)
    {
        if (!batch.IsControl)
            producers.Apply(batch, batch.BaseOffset, _now);
        else if (ControlRecord.TryRead(batch, out var marker))
            producers.Apply(batch, marker, index, _now);
    }
}
