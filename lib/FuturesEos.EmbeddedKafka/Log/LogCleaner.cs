using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Rewrites finished segments so that of each key the newest record stays. Goes: what was aborted; older records of a
/// key; tombstones, and markers without data, once <c>delete.retention.ms</c> has passed since the first compaction
/// that met them (KIP-534). Stays: markers of transactions with data left, since control batches have no part in keys
/// (KAFKA-14055), and, emptied, the last batch of each live producer, so that its sequence survives a replay.
/// </summary>
internal sealed class LogCleaner(
    NewestKeys newest, TransactionFilter transactions, IReadOnlySet<long> lastOffsets, LogConfig config, long now)
{
    /// <summary>Files not yet in place; a start deletes them.</summary>
    public const string Extension = ".cleaned";

    /// <summary>Adds to <paramref name="to"/> what stays of a segment, and its batches to the new index.</summary>
    public void Clean(Segment segment, Stream to, SegmentIndex index)
    {
        var markers = new HashSet<long>();
        var scanner = new BatchScanner(segment.File, 0, segment.SizeBytes);
        while (scanner.TryNext(out var batch))
        {
            var isAborted = transactions.IsAborted(batch);
            var kept = batch.IsControl ? CleanMarker(batch) : CleanData(batch, isAborted);
            if (kept.IsEmpty)
                continue;
            to.Write(kept);
            if (batch.IsControl)
                markers.Add(batch.LastOffset);
            var written = new RecordBatch(kept);
            index.Add(written, written.BaseOffset, config.IndexIntervalBytes);
        }

        // A reader takes what follows for aborted until it meets the marker: it is told of none that is gone.
        foreach (var aborted in segment.Index.Aborted.Where(aborted => markers.Contains(aborted.LastOffset)))
            index.Add(aborted);
    }

    private ReadOnlySpan<byte> CleanMarker(RecordBatch batch)
    {
        if (transactions.EndsKeptData(batch) || lastOffsets.Contains(batch.LastOffset))
            return batch.Bytes;
        if (batch.DeleteHorizon is { } horizon)
            return now > horizon ? default : batch.Bytes;
        return Rebuild(batch, 1, now + config.DeleteRetentionMs, static _ => true);
    }

    private ReadOnlySpan<byte> CleanData(RecordBatch batch, bool isAborted)
    {
        var (count, tombstones) = isAborted ? (0, 0) : CountKept(batch);
        if (count > 0)
            transactions.OnKept(batch);
        if (count == batch.RecordCount && (tombstones == 0 || batch.DeleteHorizon is not null))
            return batch.Bytes;
        if (count == 0 && !(lastOffsets.Contains(batch.LastOffset) && batch.HasProducerId))
            return default;
        long? horizon = tombstones == 0 ? null : batch.DeleteHorizon ?? now + config.DeleteRetentionMs;
        var deleteHorizon = batch.DeleteHorizon;
        return Rebuild(batch, count, horizon, record => Stays(record, deleteHorizon));
    }

    private (int Count, int Tombstones) CountKept(RecordBatch batch)
    {
        var (count, tombstones) = (0, 0);
        var records = new RecordReader(batch);
        while (records.TryRead(out var record))
        {
            if (!Stays(record, batch.DeleteHorizon))
                continue;
            count++;
            tombstones += record.HasValue ? 0 : 1;
        }

        return (count, tombstones);
    }

    private bool Stays(Record record, long? deleteHorizon) =>
        record.HasKey && newest.IsNewest(record.Key, record.Offset)
        && (record.HasValue || deleteHorizon is null || now <= deleteHorizon);

    private static byte[] Rebuild(RecordBatch batch, int count, long? horizon, RecordPredicate stays)
    {
        var builder = new RecordBatchBuilder
        {
            BaseOffset = batch.BaseOffset,
            LastOffset = batch.LastOffset,
            LeaderEpoch = batch.LeaderEpoch,
            ProducerId = batch.ProducerId,
            ProducerEpoch = batch.ProducerEpoch,
            BaseSequence = batch.BaseSequence,
            IsTransactional = batch.IsTransactional,
            IsControl = batch.IsControl,
            TimestampType = batch.TimestampType,
            Compression = count == 0 ? CompressionType.None : batch.Compression,
            DeleteHorizon = horizon,
        };
        var records = new RecordReader(batch);
        while (count > 0 && records.TryRead(out var record))
        {
            if (stays(record))
                builder.Add(record);
        }

        return builder.Build();
    }

    private delegate bool RecordPredicate(Record record);
}
