using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Offsets by time: -1 end, -2 start, -3 the largest timestamp.</summary>
public sealed class ListOffsetsRequest : IKafkaRequest<ListOffsetsResponse>
{
    public static Api Api { get; } = new(ApiKey.ListOffsets, 1, 7, flexibleFrom: 6);

    public int ReplicaId;
    public sbyte IsolationLevel;
    public Topic[] Topics = [];
    public int TimeoutMs;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ReplicaId);
        codec.Int8(ref IsolationLevel, from: 2);
        codec.Array(ref Topics);
        codec.Int32(ref TimeoutMs, from: 10);
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
        public int CurrentLeaderEpoch = -1;
        public long Timestamp;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Int32(ref CurrentLeaderEpoch, from: 4);
            codec.Int64(ref Timestamp);
        }
    }
}
