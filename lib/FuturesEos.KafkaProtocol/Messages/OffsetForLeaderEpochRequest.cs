using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Where a leader epoch ended (KIP-101).</summary>
public sealed class OffsetForLeaderEpochRequest : IKafkaRequest<OffsetForLeaderEpochResponse>
{
    public static Api Api { get; } = new(ApiKey.OffsetForLeaderEpoch, 2, 4, flexibleFrom: 4);

    public int ReplicaId = -2;
    public OffsetForLeaderTopic[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ReplicaId, from: 3);
        codec.Array(ref Topics);
    }

    public sealed class OffsetForLeaderTopic : IProtocolStruct
    {
        public string Topic = "";
        public OffsetForLeaderPartition[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic);
            codec.Array(ref Partitions);
        }
    }

    public sealed class OffsetForLeaderPartition : IProtocolStruct
    {
        public int Partition;
        public int CurrentLeaderEpoch = -1;
        public int LeaderEpoch;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref Partition);
            codec.Int32(ref CurrentLeaderEpoch);
            codec.Int32(ref LeaderEpoch);
        }
    }
}
