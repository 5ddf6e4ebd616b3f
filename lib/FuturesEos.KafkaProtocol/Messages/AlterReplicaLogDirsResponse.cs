using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a partition.</summary>
public sealed class AlterReplicaLogDirsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public AlterReplicaLogDirTopicResult[] Results = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Results);
    }

    public sealed class AlterReplicaLogDirTopicResult : IProtocolStruct
    {
        public string TopicName = "";
        public AlterReplicaLogDirPartitionResult[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref TopicName);
            codec.Array(ref Partitions);
        }
    }

    public sealed class AlterReplicaLogDirPartitionResult : IProtocolStruct
    {
        public int PartitionIndex;
        public KafkaError ErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Error(ref ErrorCode);
        }
    }
}
