using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Compaction: chooses finished segments, has them rewritten outside the lock, puts the new ones in their place.
/// </summary>
internal sealed partial class PartitionLog
{
    /// <summary>Keys looked at in one compaction: 40 bytes each. More keys take more rounds.</summary>
    private const int KeysMax = 2_000_000;

    private long _compacted;

    /// <summary>Compacts if enough was written since the last time; true when it did. One caller at a time.</summary>
    /// <exception cref="IOException">The disk is full or failed; the log is as it was.</exception>
    public async Task<bool> CompactIfDueAsync()
    {
        List<Segment> candidates;
        lock (_gate)
        {
            RollOverdueActive();
            candidates = Compactable();
        }

        var dirty = candidates.Where(s => s.NextOffset > _compacted).ToList();
        var isEnough = dirty.Sum(s => (long)s.SizeBytes)
            > _config.MinCleanableRatio * candidates.Sum(s => (long)s.SizeBytes);
        if (!isEnough && !(dirty.Count > 0 && WaitsTooLong(dirty[0])))
            return false;

        // Indexes of these segments that are still being stored would speak of the files that go.
        await _sealing;
        var newest = new NewestKeys();
        var end = ReadKeys(candidates, newest);
        candidates.RemoveAll(segment => segment.BaseOffset >= end);
        if (candidates.Count == 0)
            return false;
        var before = candidates.Sum(s => (long)s.SizeBytes);
        var cleaner = CleanerFor(candidates, newest);
        var after = 0L;
        foreach (var group in Groups(candidates).ToList())
            after += Replace(group, Rewrite(group, cleaner));
        _compacted = end;
        OffsetFile.Write(_folder, OffsetFile.Compacted, end);
        _environment.Logger.Compacted(Partition.ToString(), before, after, end);
        return true;
    }

    // KIP-354. Kafka closes the segment only at the next append; a log that is silent would wait for ever.
    private void RollOverdueActive()
    {
        if (!_isClosed && _config.IsCompacted && Active.SizeBytes > 0 && WaitsTooLong(Active))
            TryRoll();
    }

    private bool WaitsTooLong(Segment segment) => segment.Index.FirstTimestamp >= 0
        && _environment.Now - segment.Index.FirstTimestamp > _config.MaxCompactionLagMs;

    /// <summary>Closed segments below the stable offset and old enough; never the active one.</summary>
    private List<Segment> Compactable()
    {
        if (_isClosed || !_config.IsCompacted)
            return [];
        var youngest = _environment.Now - _config.MinCompactionLagMs;
        return
        [
            .. _segments.Take(_segments.Count - 1).TakeWhile(segment =>
                segment.NextOffset <= _stable
                && (_config.MinCompactionLagMs == 0 || segment.Index.MaxTimestamp <= youngest)),
        ];
    }

    /// <summary>Notes the newest offset of each key not yet compacted; gives where the reading ended.</summary>
    private long ReadKeys(List<Segment> segments, NewestKeys newest)
    {
        var filter = FilterFor(segments);
        var end = 0L;
        foreach (var segment in segments)
        {
            if (newest.Count > KeysMax)
                return end;
            end = segment.NextOffset;
            var scanner = new BatchScanner(segment.File, 0, segment.SizeBytes);
            while (scanner.TryNext(out var batch))
            {
                if (batch.IsControl || filter.IsAborted(batch) || batch.LastOffset < _compacted)
                    continue;
                var records = new RecordReader(batch);
                while (records.TryRead(out var record))
                {
                    if (record.HasKey)
                        newest.Add(record.Key, record.Offset);
                }
            }
        }

        return end;
    }

    private LogCleaner CleanerFor(List<Segment> segments, NewestKeys newest)
    {
        HashSet<long> last;
        lock (_gate)
            last = [.. _producers.All.Where(p => p.BatchCount > 0).Select(p => p.Newest(0).LastOffset)];
        return new LogCleaner(newest, FilterFor(segments), last, _config, _environment.Now);
    }

    private TransactionFilter FilterFor(List<Segment> segments)
    {
        lock (_gate)
            return new TransactionFilter(CollectAborted(segments[0].BaseOffset, segments[^1].NextOffset) ?? []);
    }

    /// <summary>
    /// Neighbours that together fit one segment become one, so that compaction does not leave crumbs.
    /// </summary>
    private IEnumerable<List<Segment>> Groups(List<Segment> segments)
    {
        var group = new List<Segment>();
        foreach (var segment in segments)
        {
            var isTooMuch = group.Count > 0
                && (group.Sum(s => (long)s.SizeBytes) + segment.SizeBytes > _config.SegmentBytes
                    || segment.NextOffset - group[0].BaseOffset > int.MaxValue);
            if (isTooMuch)
            {
                yield return group;
                group = [];
            }

            group.Add(segment);
        }

        yield return group;
    }

    /// <summary>
    /// Writes what stays of a group beside it, forced to the disk; a file that fails half way is no burden to
    /// a full disk.
    /// </summary>
    private static SegmentIndex Rewrite(List<Segment> group, LogCleaner cleaner)
    {
        var index = new SegmentIndex(group[0].BaseOffset);
        var path = group[0].Path + LogCleaner.Extension;
        try
        {
            using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
            foreach (var segment in group)
                cleaner.Clean(segment, stream, index);

            stream.Flush(flushToDisk: true);
            return index;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private long Replace(List<Segment> group, SegmentIndex index)
    {
        var path = group[0].Path + LogCleaner.Extension;
        lock (_gate)
        {
            var at = _segments.IndexOf(group[0]);
            if (_isClosed || at < 0)
            {
                File.Delete(path);
                return 0;
            }

            // A crash from here on leaves either file, and of the later ones what recovery knows to be merged already.
            group[0].DeleteIndex();
            File.Move(path, group[0].Path, overwrite: true);
            var cleaned = Segment.Cleaned(group[0].Path, index, _storage);
            cleaned.StoreIndex(index.Write(isComplete: true));
            foreach (var merged in group.Skip(1))
                merged.Delete();
            _segments.RemoveRange(at, group.Count);
            _segments.Insert(at, cleaned);
            return cleaned.SizeBytes;
        }
    }
}
