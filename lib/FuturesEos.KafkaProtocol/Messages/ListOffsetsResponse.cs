using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One offset a partition; -1 where nothing is as late as asked.</summary>
public sealed class ListOffsetsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public TopicResponse[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs, from: 2);
        codec.Array(ref Topics);
    }

    public sealed class TopicResponse : IProtocolStruct
    {
        public string Name = "";
        public PartitionResponse[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class PartitionResponse : IProtocolStruct
    {
        public int PartitionIndex;
        public KafkaError ErrorCode;
        public long Timestamp = -1;
        public long Offset = -1;
        public int LeaderEpoch = -1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Error(ref ErrorCode);
            codec.Int64(ref Timestamp);
            codec.Int64(ref Offset);
            codec.Int32(ref LeaderEpoch, from: 4);
        }
    }
}
