using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Producers known to a partition.</summary>
public sealed class DescribeProducersRequest : IKafkaRequest<DescribeProducersResponse>
{
    public static Api Api { get; } = new(ApiKey.DescribeProducers, 0, 0, flexibleFrom: 0);

    public TopicRequest[] Topics = [];

    public void Visit(ProtocolCodec codec) => codec.Array(ref Topics);

    public sealed class TopicRequest : IProtocolStruct
    {
        public string Name = "";
        public int[] PartitionIndexes = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Int32s(ref PartitionIndexes);
        }
    }
}
