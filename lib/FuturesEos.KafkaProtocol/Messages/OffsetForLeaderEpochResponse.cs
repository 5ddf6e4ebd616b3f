using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>The end offset of the epoch.</summary>
public sealed class OffsetForLeaderEpochResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public OffsetForLeaderTopicResult[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Topics);
    }

    public sealed class OffsetForLeaderTopicResult : IProtocolStruct
    {
        public string Topic = "";
        public EpochEndOffset[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic);
            codec.Array(ref Partitions);
        }
    }

    public sealed class EpochEndOffset : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public int Partition;
        public int LeaderEpoch = -1;
        public long EndOffset = -1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.Int32(ref Partition);
            codec.Int32(ref LeaderEpoch);
            codec.Int64(ref EndOffset);
        }
    }
}
