using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>The new start.</summary>
public sealed class DeleteRecordsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public TopicResult[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Topics);
    }

    public sealed class TopicResult : IProtocolStruct
    {
        public string Name = "";
        public PartitionResult[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class PartitionResult : IProtocolStruct
    {
        public int PartitionIndex;
        public long LowWatermark;
        public KafkaError ErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Int64(ref LowWatermark);
            codec.Error(ref ErrorCode);
        }
    }
}
