using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Moves a partition's start forward.</summary>
public sealed class DeleteRecordsRequest : IKafkaRequest<DeleteRecordsResponse>
{
    public static Api Api { get; } = new(ApiKey.DeleteRecords, 0, 2, flexibleFrom: 2);

    public Topic[] Topics = [];
    public int TimeoutMs;

    public void Visit(ProtocolCodec codec)
    {
        codec.Array(ref Topics);
        codec.Int32(ref TimeoutMs);
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
        public long Offset;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Int64(ref Offset);
        }
    }
}
