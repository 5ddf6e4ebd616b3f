using System.Buffers.Binary;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// The record in a marker: how a transaction ended. Longer values and later versions are read as far as they are known.
/// <code>
/// key    0000 version   0001 COMMIT (0000 ABORT)
/// value  0000 version   00000007 coordinator epoch
/// </code>
/// </summary>
public readonly record struct ControlRecord(ControlType Type, int CoordinatorEpoch)
{
    private const int KeySize = 4;
    private const int ValueSize = 6;
    private const int TypeAt = RecordBatch.HeaderSize + 7;
    private const int CoordinatorEpochAt = RecordBatch.HeaderSize + 12;

    private static readonly byte[] Template = MakeTemplate();

    /// <summary>Reads the marker in a control batch; false where it is of another kind.</summary>
    /// <exception cref="InvalidRecordException">The bytes are no record.</exception>
    public static bool TryRead(RecordBatch batch, out ControlRecord marker)
    {
        marker = default;
        var records = new RecordReader(batch);
        if (!batch.IsControl || batch.RecordCount != 1 || !records.TryRead(out var record))
            return false;
        if (record.Key.Length < KeySize || BinaryPrimitives.ReadInt16BigEndian(record.Key) < 0)
            throw new InvalidRecordException(KafkaError.InvalidRecord, "a control record has no type in its key");
        var type = BinaryPrimitives.ReadInt16BigEndian(record.Key[2..]);
        if (type is not ((short)ControlType.Abort or (short)ControlType.Commit))
            return false;
        if (record.Value.Length < ValueSize)
            throw new InvalidRecordException(KafkaError.InvalidRecord, "a transaction marker has no coordinator epoch");
        marker = new ControlRecord((ControlType)type, BinaryPrimitives.ReadInt32BigEndian(record.Value[2..]));
        return true;
    }

    /// <summary>
    /// Builds the marker batch of a transaction, which takes one offset; the timestamp is in ms since 1970.
    /// </summary>
    public byte[] ToBatch(long producerId, short producerEpoch, long timestamp)
    {
        // All markers have the same length and differ in six fields: thousands a second are worth a template.
        var batch = Template.AsSpan().ToArray();
        RecordBatch.SetProducer(batch, producerId, producerEpoch, timestamp);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(TypeAt), (short)Type);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(CoordinatorEpochAt), CoordinatorEpoch);
        RecordBatch.Seal(batch);
        return batch;
    }

    private static byte[] MakeTemplate()
    {
        var builder = new RecordBatchBuilder
        {
            ProducerId = 0, ProducerEpoch = 0, IsTransactional = true, IsControl = true,
        };
        builder.Add(0, new byte[KeySize].AsSpan(), new byte[ValueSize].AsSpan());
        return builder.Build();
    }
}
