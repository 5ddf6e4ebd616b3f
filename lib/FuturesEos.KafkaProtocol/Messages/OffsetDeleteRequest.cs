using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Deletes stored positions of topics nobody in the group reads.</summary>
public sealed class OffsetDeleteRequest : IKafkaRequest<OffsetDeleteResponse>
{
    public static Api Api { get; } = new(ApiKey.OffsetDelete, 0, 0, flexibleFrom: Api.NeverFlexible);

    public string GroupId = "";
    public Topic[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref GroupId);
        codec.Array(ref Topics);
    }

    public sealed class Topic : IProtocolStruct
    {
        public string Name = "";
        public Partition[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class Partition : IProtocolStruct
    {
        public int PartitionIndex;

        public void Visit(ProtocolCodec codec) => codec.Int32(ref PartitionIndex);
    }
}
