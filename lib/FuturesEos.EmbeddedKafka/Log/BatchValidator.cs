using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// What can be said of a request's batches without the log: that they are whole, allowed, and fit the topic.
/// </summary>
internal static class BatchValidator
{
    /// <summary>Checks all batches; none is appended unless all are right.</summary>
    public static AppendResult Check(ReadOnlySpan<byte> records, LogConfig config, AppendOrigin origin, long now)
    {
        if (records.IsEmpty)
            return AppendResult.Refused(KafkaError.InvalidRecord, "the request has no record for the partition");
        try
        {
            for (var count = 1; !records.IsEmpty; count++)
            {
                if (!RecordBatch.TryTake(ref records, out var batch))
                    return AppendResult.Refused(KafkaError.CorruptMessage, "the last batch is cut short");
                if (count > 1 && origin == AppendOrigin.Client)
                {
                    return AppendResult.Refused(
                        KafkaError.InvalidRecord, "a request carries one batch for a partition (KIP-98)");
                }

                if (Complaint(batch, config, origin, now) is { } refused)
                    return refused;
            }
        }
        catch (InvalidRecordException damaged)
        {
            return AppendResult.Refused(damaged.Error, damaged.Message);
        }

        return new AppendResult(KafkaError.None);
    }

    private static AppendResult? Complaint(RecordBatch batch, LogConfig config, AppendOrigin origin, long now)
    {
        if (batch.Magic != RecordBatch.CurrentMagic)
        {
            return AppendResult.Refused(
                KafkaError.UnsupportedForMessageFormat, $"record format {batch.Magic} is not taken, only 2");
        }

        if (batch.Size > config.MaxMessageBytes)
        {
            return AppendResult.Refused(
                KafkaError.MessageTooLarge,
                $"the batch has {batch.Size} bytes, max.message.bytes is {config.MaxMessageBytes}");
        }

        if (!batch.HasValidCrc)
            return AppendResult.Refused(KafkaError.CorruptMessage, "the batch does not fit its checksum");
        if (batch.RecordCount <= 0 || batch.LastOffsetDelta != batch.RecordCount - 1)
        {
            return AppendResult.Refused(
                KafkaError.InvalidRecord,
                $"the batch claims {batch.RecordCount} records and {batch.LastOffsetDelta} as the last offset");
        }

        return Identity(batch, origin) ?? Times(batch, config, now) ?? Content(batch, config, origin);
    }

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

    /// <summary>Looks at the header's times; at each record's only where a topic limits their age.</summary>
    private static AppendResult? Times(RecordBatch batch, LogConfig config, long now)
    {
        if (config.TimestampType == TimestampType.LogAppendTime)
            return null;
        if (batch.TimestampType == TimestampType.LogAppendTime)
            return AppendResult.Refused(KafkaError.InvalidTimestamp, "a client cannot set log append time");
        if (config.TimestampAfterMaxMs < long.MaxValue && batch.MaxTimestamp - now > config.TimestampAfterMaxMs)
            return TooFar(batch.MaxTimestamp, now);
        if (config.TimestampBeforeMaxMs == long.MaxValue)
            return null;
        using var records = new RecordReader(batch);
        while (records.TryRead(out var record))
        {
            if (now - record.Timestamp > config.TimestampBeforeMaxMs)
                return TooFar(record.Timestamp, now);
        }

        return null;
    }

    private static AppendResult TooFar(long timestamp, long now) =>
        AppendResult.Refused(
            KafkaError.InvalidTimestamp, $"record time {timestamp} is too far from the broker's {now}");

    /// <summary>
    /// A record that no consumer can read would stop each of them for ever, so a client's are all read here once.
    /// </summary>
    private static AppendResult? Content(RecordBatch batch, LogConfig config, AppendOrigin origin)
    {
        using var records = new RecordReader(batch);
        if (origin == AppendOrigin.Coordinator)
        {
            return records.HasWholeRecords()
                ? null
                : AppendResult.Refused(KafkaError.InvalidRecord, "the batch's records do not fit its count and length");
        }

        var due = batch.BaseOffset;
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
        }

        return null;
    }
}
