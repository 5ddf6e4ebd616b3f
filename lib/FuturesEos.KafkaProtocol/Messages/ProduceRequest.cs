using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>
/// Appends record batches to partitions. Versions 0 to 2 carry message formats that no current broker stores: they are
/// listed and refused, as librdkafka switches compression off where version 0 is missing (KAFKA-18659).
/// </summary>
public sealed class ProduceRequest : IKafkaRequest<ProduceResponse>
{
    public static Api Api { get; } = new(ApiKey.Produce, 0, 12, flexibleFrom: 9);

    public string? TransactionalId;
    public short Acks;
    public int TimeoutMs;
    public TopicProduceData[] TopicData = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.NullableString(ref TransactionalId, from: 3);
        codec.Int16(ref Acks);
        codec.Int32(ref TimeoutMs);
        codec.Array(ref TopicData);
    }

    public sealed class TopicProduceData : IProtocolStruct
    {
        public string Name = "";
        public Guid TopicId;
        public PartitionProduceData[] PartitionData = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, to: 12);
            codec.Uuid(ref TopicId, from: 13);
            codec.Array(ref PartitionData);
        }
    }

    public sealed class PartitionProduceData : IProtocolStruct
    {
        public int Index;
        public ReadOnlyMemory<byte> Records;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref Index);
            codec.Records(ref Records);
        }
    }
}
