using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// What can be said of a request's batches without the log: that they are whole, allowed, and fit the topic.
/// </summary>
internal static class BatchValidator
{
    /// <summary>
    /// What a batch may unpack to beside others. Only one at a time may unpack to more: so few do that none waits long,
    /// and a hundred of them together would be more than there is.
    /// </summary>
    private const int UnpackedBesideOthers = 4 << 20;

    private const long NoTime = -1;

    private static readonly Lock UnpackingMuch = new();

    /// <summary>Checks all batches; none is appended unless all are right.</summary>
    public static AppendResult Check(
        ReadOnlySpan<byte> records,
        LogConfig config,
        AppendOrigin origin,
        long now,
        int maxUnpackedBytes = Compression.DefaultMaxBytes)
    {
        try
        {
            return CheckAll(records, config, origin, now, UnpackedBesideOthers);
        }
        catch (InvalidRecordException much) when (much.Error == KafkaError.MessageTooLarge)
        {
            return CheckAlone(records, config, origin, now, maxUnpackedBytes);
        }
        catch (InvalidRecordException damaged)
        {
            return AppendResult.Refused(damaged.Error, damaged.Message);
        }
    }

    /// <summary>A checked batch as the topic wants it compressed.</summary>
    public static (Memory<byte> Records, AppendResult Verdict) Repack(
        Memory<byte> records, Codec codec, LogConfig config, MemoryLimits memory)
    {
        var batch = new RecordBatch(records.Span);
        if (batch.Compression == codec.Type)
            return (records, new AppendResult(KafkaError.None));
        try
        {
            byte[] packed;
            lock (UnpackingMuch)
                packed = RecordBatch.Repack(batch, codec.Type, codec.Level, memory.Unpacked);
            return (packed, TooLarge(packed.Length, config) ?? new AppendResult(KafkaError.None));
        }
        catch (InvalidRecordException failed)
        {
            return (records, AppendResult.Refused(failed.Error, failed.Message));
        }
    }

    private static AppendResult CheckAlone(
        ReadOnlySpan<byte> records, LogConfig config, AppendOrigin origin, long now, int maxUnpackedBytes)
    {
        try
        {
            lock (UnpackingMuch)
                return CheckAll(records, config, origin, now, maxUnpackedBytes);
        }
        catch (InvalidRecordException damaged)
        {
            return AppendResult.Refused(damaged.Error, damaged.Message);
        }
    }

    private static AppendResult CheckAll(
        ReadOnlySpan<byte> records, LogConfig config, AppendOrigin origin, long now, int maxUnpackedBytes)
    {
        if (records.IsEmpty)
            return AppendResult.Refused(KafkaError.InvalidRecord, "the request has no record for the partition");
        var newest = NoTime;
        for (var count = 1; !records.IsEmpty; count++)
        {
            if (!RecordBatch.TryTake(ref records, out var batch))
                return AppendResult.Refused(KafkaError.CorruptMessage, "the last batch is cut short");
            if (count > 1 && origin == AppendOrigin.Client)
            {
                return AppendResult.Refused(
                    KafkaError.InvalidRecord, "a request carries one batch for a partition (KIP-98)");
            }

            if (Complaint(batch, config, origin, now, maxUnpackedBytes, ref newest) is { } refused)
                return refused;
        }

        return new AppendResult(KafkaError.None) { NewestTimestamp = newest };
    }

    private static AppendResult? Complaint(
        RecordBatch batch, LogConfig config, AppendOrigin origin, long now, int maxUnpackedBytes, ref long newest)
    {
        if (batch.Magic != RecordBatch.CurrentMagic)
        {
            return AppendResult.Refused(
                KafkaError.UnsupportedForMessageFormat, $"record format {batch.Magic} is not taken, only 2");
        }

        if (TooLarge(batch.Size, config) is { } refused)
            return refused;

        if (!batch.HasValidCrc)
            return AppendResult.Refused(KafkaError.CorruptMessage, "the batch does not fit its checksum");
        if (batch.RecordCount <= 0 || batch.LastOffsetDelta != batch.RecordCount - 1)
        {
            return AppendResult.Refused(
                KafkaError.InvalidRecord,
                $"the batch claims {batch.RecordCount} records and {batch.LastOffsetDelta} as the last offset");
        }

        return Identity(batch, origin)
            ?? Stamp(batch, config)
            ?? Content(batch, config, origin, now, maxUnpackedBytes, ref newest);
    }

    private static AppendResult? TooLarge(int bytes, LogConfig config) => bytes <= config.MaxMessageBytes
        ? null
        : AppendResult.Refused(
            KafkaError.MessageTooLarge, $"the batch has {bytes} bytes, max.message.bytes is {config.MaxMessageBytes}");

    private static AppendResult? Identity(RecordBatch batch, AppendOrigin origin)
    {
        if (batch.IsControl)
            return AppendResult.Refused(KafkaError.InvalidRecord, "clients write no control batches");
        if (batch.HasProducerId && origin == AppendOrigin.Client && batch.BaseSequence < 0)
            return AppendResult.Refused(KafkaError.InvalidRecord, "an idempotent batch has no sequence");
        return batch.IsTransactional && !batch.HasProducerId
            ? AppendResult.Refused(KafkaError.InvalidRecord, "a transactional batch has no producer id")
            : null;
    }

    private static AppendResult? Stamp(RecordBatch batch, LogConfig config) =>
        config.TimestampType == TimestampType.CreateTime && batch.TimestampType == TimestampType.LogAppendTime
            ? AppendResult.Refused(KafkaError.InvalidTimestamp, "a client cannot set log append time")
            : null;

    // the times that a topic takes: all of them where the broker's clock counts
    private static (long Earliest, long Latest) Window(LogConfig config, long now)
    {
        if (config.TimestampType == TimestampType.LogAppendTime)
            return (long.MinValue, long.MaxValue);
        return (config.TimestampBeforeMaxMs == long.MaxValue ? long.MinValue : now - config.TimestampBeforeMaxMs,
            config.TimestampAfterMaxMs > long.MaxValue - now ? long.MaxValue : now + config.TimestampAfterMaxMs);
    }

    private static AppendResult TooFar(long timestamp, long now) =>
        AppendResult.Refused(
            KafkaError.InvalidTimestamp, $"record time {timestamp} is too far from the broker's {now}");

    /// <summary>
    /// A record that no consumer can read would stop each of them for ever, so a client's are all read here once.
    /// </summary>
    private static AppendResult? Content(
        RecordBatch batch, LogConfig config, AppendOrigin origin, long now, int maxUnpackedBytes, ref long newest)
    {
        using var records = new RecordReader(batch, maxUnpackedBytes);
        if (origin == AppendOrigin.Coordinator)
        {
            return records.HasWholeRecords()
                ? null
                : AppendResult.Refused(KafkaError.InvalidRecord, "the batch's records do not fit its count and length");
        }

        var (earliest, latest) = Window(config, now);
        var (due, last) = (batch.BaseOffset, NoTime);
        while (records.TryRead(out var record))
        {
            if (record.Offset != due++)
            {
                return AppendResult.Refused(
                    KafkaError.InvalidRecord, "the batch's records are not numbered one by one");
            }

            if (!record.Headers.FillRecord())
                return AppendResult.Refused(KafkaError.InvalidRecord, "bytes follow the last header of a record");
            if (config.IsCompacted && !record.HasKey)
            {
                return AppendResult.Refused(
                    KafkaError.InvalidRecord, "a record without a key cannot go to a compacted topic");
            }

            var time = record.Timestamp;
            if (time < earliest || time > latest)
                return TooFar(time, now);
            if (time > last)
                last = time;
        }

        newest = last;
        return null;
    }
}
