using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// What a Produce of some version may carry for a partition: one batch of format 2 (KIP-98),
/// zstd from version 7 on (KIP-110).
/// </summary>
internal static class ProducedRecords
{
    private const short ZstdFrom = 7;

    public static bool IsTransactional(ReadOnlySpan<byte> records) =>
        RecordBatch.TryTake(ref records, out var batch) && batch.IsTransactional;

    public static (long Id, short Epoch) ProducerOf(ReadOnlySpan<byte> records) =>
        RecordBatch.TryTake(ref records, out var batch) ? (batch.ProducerId, batch.ProducerEpoch) : default;

    public static AppendResult UnknownFormat { get; } =
        AppendResult.Refused(KafkaError.CorruptMessage, "there is no such record format");

    public static bool IsOfUnknownFormat(ReadOnlySpan<byte> records) =>
        records.Length > RecordBatch.MagicAt && records[RecordBatch.MagicAt] > RecordBatch.CurrentMagic;

    /// <summary>Why these records are refused before anything else is asked; null when they are not.</summary>
    public static AppendResult? Complaint(ReadOnlySpan<byte> records, short version)
    {
        if (IsOfUnknownFormat(records))
            return UnknownFormat;
        if (!RecordBatch.TryTake(ref records, out var batch))
            return AppendResult.Refused(KafkaError.InvalidRecord, "the request has no whole batch for the partition");
        if (batch.Magic != RecordBatch.CurrentMagic)
            return AppendResult.Refused(KafkaError.InvalidRecord, $"record format {batch.Magic} is not taken, only 2");
        if (version < ZstdFrom && batch.Compression == CompressionType.Zstd)
            return AppendResult.Refused(KafkaError.UnsupportedCompressionType, $"zstd needs version {ZstdFrom}");
        return records.IsEmpty
            ? null
            : AppendResult.Refused(KafkaError.InvalidRecord, "a request carries one batch for a partition");
    }
}
