using System.Buffers.Binary;
using System.Text;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Kafka's own records of __transaction_state, so that its tools read the log too.
/// <code>
/// key    0000 version  0003 "app"
/// value  0001 version  00000000 000003E8 producer id  0000 epoch  0000EA60 timeout, ms  01 Ongoing
///        02 one topic  02 "t"  02 one partition  00000000  00   updated (8)  started (8)
///        01 one tag  02 client's protocol  02 bytes  0002
/// </code>
/// A null value forgets the id.
/// </summary>
internal static class TransactionRecord
{
    public static byte[] Key(string transactionalId)
    {
        var key = new byte[sizeof(short) + sizeof(short) + Encoding.UTF8.GetByteCount(transactionalId)];
        var length = Encoding.UTF8.GetBytes(transactionalId, key.AsSpan(2 * sizeof(short)));
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(sizeof(short)), (short)length);
        return key;
    }

    public static byte[] Value(TransactionMetadata metadata)
    {
        using var writer = new ProtocolWriter(TransactionLogValue.Newest, isFlexible: true);
        var version = TransactionLogValue.Newest;
        writer.Int16(ref version);
        writer.Struct(new TransactionLogValue
        {
            ProducerId = metadata.ProducerId,
            ProducerEpoch = metadata.Epoch,
            TransactionTimeoutMs = metadata.TimeoutMs,
            TransactionStatus = (sbyte)metadata.Status,
            Partitions =
            [
                .. metadata.Partitions.GroupBy(p => p.Topic, p => p.Partition, StringComparer.Ordinal)
                    .Select(t => new TransactionLogValue.TopicPartitions { Topic = t.Key, PartitionIds = [.. t] }),
            ],
            LastUpdateTimestampMs = metadata.UpdatedAt,
            StartTimestampMs = metadata.StartedAt,
            PreviousProducerId = metadata.PreviousProducerId,
            NextProducerId = metadata.NextProducerId,
            ClientTransactionVersion = (short)metadata.Protocol,
        });
        return writer.ToArray();
    }

    /// <summary>The transactional id of a record's key.</summary>
    /// <exception cref="InvalidRecordException">The record is not of this log.</exception>
    public static string ReadKey(ReadOnlySpan<byte> key)
    {
        Require(key.Length >= 2 * sizeof(short) && BinaryPrimitives.ReadInt16BigEndian(key) == 0);
        Require(BinaryPrimitives.ReadInt16BigEndian(key[sizeof(short)..]) == key.Length - (2 * sizeof(short)));
        return Encoding.UTF8.GetString(key[(2 * sizeof(short))..]);
    }

    /// <exception cref="InvalidRecordException">The record is not of this log.</exception>
    public static TransactionMetadata Read(string transactionalId, ReadOnlyMemory<byte> value)
    {
        Require(value.Length >= sizeof(short));
        var version = BinaryPrimitives.ReadInt16BigEndian(value.Span);
        Require(version is >= 0 and <= TransactionLogValue.Newest);
        var stored = new TransactionLogValue();
        try
        {
            new ProtocolReader(value[sizeof(short)..], version, version >= TransactionLogValue.FlexibleFrom)
                .Struct(stored);
        }
        catch (ProtocolException)
        {
            Require(false);
        }

        var partitions = (stored.Partitions ?? [])
            .SelectMany(t => t.PartitionIds.Select(p => new TopicPartition(t.Topic, p)));
        var metadata = new TransactionMetadata(transactionalId, stored.ProducerId)
        {
            Epoch = stored.ProducerEpoch,
            TimeoutMs = stored.TransactionTimeoutMs,
            Status = (TransactionStatus)stored.TransactionStatus,
            Partitions = [.. partitions],
            UpdatedAt = stored.LastUpdateTimestampMs,
            StartedAt = stored.StartTimestampMs,
            PreviousProducerId = stored.PreviousProducerId,
            NextProducerId = stored.NextProducerId,
            Protocol = (TransactionProtocol)stored.ClientTransactionVersion,
        };
        Require(Enum.IsDefined(metadata.Status));
        return metadata;
    }

    private static void Require(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidRecordException(
                KafkaError.CorruptMessage, "a record of the transaction log cannot be read");
        }
    }
}
