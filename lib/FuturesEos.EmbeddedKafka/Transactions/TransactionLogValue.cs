using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Kafka's own TransactionLogValue, which its tools read too. Version 0 knows protocol 1 only, and is read still;
/// version 1 has the tagged fields, and is what is written.
/// </summary>
internal sealed class TransactionLogValue : ITaggedFields
{
    public const short Newest = 1;
    public const short FlexibleFrom = 1;

    public long ProducerId;
    public short ProducerEpoch;
    public int TransactionTimeoutMs;
    public sbyte TransactionStatus;
    public TopicPartitions[]? Partitions;
    public long LastUpdateTimestampMs;
    public long StartTimestampMs;
    public long PreviousProducerId = TransactionMetadata.NoProducerId;
    public long NextProducerId = TransactionMetadata.NoProducerId;
    public short ClientTransactionVersion;

    public int TagCount => 3;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
        codec.Int32(ref TransactionTimeoutMs);
        codec.Int8(ref TransactionStatus);
        codec.NullableArray(ref Partitions);
        codec.Int64(ref LastUpdateTimestampMs);
        codec.Int64(ref StartTimestampMs);
    }

    public bool HasTag(int tag) => tag switch
    {
        0 => PreviousProducerId != TransactionMetadata.NoProducerId,
        1 => NextProducerId != TransactionMetadata.NoProducerId,
        _ => ClientTransactionVersion != 0,
    };

    public void VisitTag(ProtocolCodec codec, int tag)
    {
        switch (tag)
        {
            case 0:
                codec.Int64(ref PreviousProducerId);
                break;
            case 1:
                codec.Int64(ref NextProducerId);
                break;
            default:
                codec.Int16(ref ClientTransactionVersion);
                break;
        }
    }

    public sealed class TopicPartitions : IProtocolStruct
    {
        public string Topic = "";
        public int[] PartitionIds = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic);
            codec.Int32s(ref PartitionIds);
        }
    }
}
