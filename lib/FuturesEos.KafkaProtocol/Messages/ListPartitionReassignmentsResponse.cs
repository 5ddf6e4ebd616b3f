using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Replicas that come and go.</summary>
public sealed class ListPartitionReassignmentsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public string? ErrorMessage;
    public OngoingTopicReassignment[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode);
        codec.NullableString(ref ErrorMessage);
        codec.Array(ref Topics);
    }

    public sealed class OngoingTopicReassignment : IProtocolStruct
    {
        public string Name = "";
        public OngoingPartitionReassignment[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class OngoingPartitionReassignment : IProtocolStruct
    {
        public int PartitionIndex;
        public int[] Replicas = [];
        public int[] AddingReplicas = [];
        public int[] RemovingReplicas = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Int32s(ref Replicas);
            codec.Int32s(ref AddingReplicas);
            codec.Int32s(ref RemovingReplicas);
        }
    }
}
