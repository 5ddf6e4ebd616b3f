using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Kafka's own records of __transaction_state, version 0, so that its tools read the log too.
/// <code>
/// key    0000 version  0003 "app"
/// value  0000 version  00000000 000003E8 producer id  0000 epoch  0000EA60 timeout, ms  01 Ongoing
///        00000001 topics  0001 "t"  00000001 partitions  00000000    updated (8)  started (8)
/// </code>
/// A null value forgets the id.
/// </summary>
internal static class TransactionRecord
{
    private const int FixedBytes = 37;

    public static byte[] Key(string transactionalId)
    {
        var key = new byte[sizeof(short) + sizeof(short) + Encoding.UTF8.GetByteCount(transactionalId)];
        Text(key.AsSpan(sizeof(short)), transactionalId);
        return key;
    }

    public static byte[] Value(TransactionMetadata metadata)
    {
        var topics = metadata.Partitions.GroupBy(p => p.Topic, p => p.Partition, StringComparer.Ordinal).ToList();
        var value = new byte[FixedBytes + topics.Sum(t => 6 + Encoding.UTF8.GetByteCount(t.Key) + (sizeof(int) * t.Count()))];
        var at = value.AsSpan();
        BinaryPrimitives.WriteInt64BigEndian(at[2..], metadata.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(at[10..], metadata.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(at[12..], metadata.TimeoutMs);
        at[16] = (byte)metadata.Status;
        BinaryPrimitives.WriteInt32BigEndian(at[17..], topics.Count);
        at = at[21..];
        foreach (var topic in topics)
        {
            at = Text(at, topic.Key);
            BinaryPrimitives.WriteInt32BigEndian(at, topic.Count());
            at = at[sizeof(int)..];
            foreach (var partition in topic)
            {
                BinaryPrimitives.WriteInt32BigEndian(at, partition);
                at = at[sizeof(int)..];
            }
        }

        BinaryPrimitives.WriteInt64BigEndian(at, metadata.UpdatedAt);
        BinaryPrimitives.WriteInt64BigEndian(at[8..], metadata.StartedAt);
        return value;
    }

    /// <summary>The transactional id of a record's key.</summary>
    /// <exception cref="InvalidRecordException">The record is not of this log.</exception>
    public static string ReadKey(ReadOnlySpan<byte> key)
    {
        Require(key.Length >= sizeof(short) && BinaryPrimitives.ReadInt16BigEndian(key) == 0);
        key = key[sizeof(short)..];
        return Text(ref key);
    }

    /// <exception cref="InvalidRecordException">The record is not of this log.</exception>
    public static TransactionMetadata Read(string transactionalId, ReadOnlySpan<byte> value)
    {
        Require(value.Length >= FixedBytes && BinaryPrimitives.ReadInt16BigEndian(value) == 0);
        var metadata = new TransactionMetadata(transactionalId, BinaryPrimitives.ReadInt64BigEndian(value[2..]))
        {
            Epoch = BinaryPrimitives.ReadInt16BigEndian(value[10..]),
            TimeoutMs = BinaryPrimitives.ReadInt32BigEndian(value[12..]),
            Status = (TransactionStatus)value[16],
        };
        Require(Enum.IsDefined(metadata.Status));
        var topics = BinaryPrimitives.ReadInt32BigEndian(value[17..]);
        value = value[21..];
        var partitions = ImmutableHashSet.CreateBuilder<TopicPartition>();
        for (; topics > 0; topics--)
        {
            var topic = Text(ref value);
            for (var left = Number(ref value); left > 0; left--)
                partitions.Add(new TopicPartition(topic, Number(ref value)));
        }

        Require(value.Length >= 2 * sizeof(long));
        return metadata with
        {
            Partitions = partitions.ToImmutable(),
            UpdatedAt = BinaryPrimitives.ReadInt64BigEndian(value),
            StartedAt = BinaryPrimitives.ReadInt64BigEndian(value[8..]),
        };
    }

    private static Span<byte> Text(Span<byte> to, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, to[sizeof(short)..]);
        BinaryPrimitives.WriteInt16BigEndian(to, (short)length);
        return to[(sizeof(short) + length)..];
    }

    private static string Text(ref ReadOnlySpan<byte> from)
    {
        Require(from.Length >= sizeof(short));
        var length = BinaryPrimitives.ReadInt16BigEndian(from);
        Require(length >= 0 && length <= from.Length - sizeof(short));
        var text = Encoding.UTF8.GetString(from.Slice(sizeof(short), length));
        from = from[(sizeof(short) + length)..];
        return text;
    }

    private static int Number(ref ReadOnlySpan<byte> from)
    {
        Require(from.Length >= sizeof(int));
        var number = BinaryPrimitives.ReadInt32BigEndian(from);
        from = from[sizeof(int)..];
        return number;
    }

    private static void Require(bool isRight)
    {
        if (!isRight)
            throw new InvalidRecordException(KafkaError.CorruptMessage, "a record of the transaction log cannot be read");
    }
}
