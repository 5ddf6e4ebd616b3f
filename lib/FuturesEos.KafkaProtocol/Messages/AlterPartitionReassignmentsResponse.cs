using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a partition.</summary>
public sealed class AlterPartitionReassignmentsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public bool AllowReplicationFactorChange = true;
    public KafkaError ErrorCode;
    public string? ErrorMessage;
    public ReassignableTopicResponse[] Responses = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Bool(ref AllowReplicationFactorChange, from: 1);
        codec.Error(ref ErrorCode);
        codec.NullableString(ref ErrorMessage);
        codec.Array(ref Responses);
    }

    public sealed class ReassignableTopicResponse : IProtocolStruct
    {
        public string Name = "";
        public ReassignablePartitionResponse[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class ReassignablePartitionResponse : IProtocolStruct
    {
        public int PartitionIndex;
        public KafkaError ErrorCode;
        public string? ErrorMessage;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
        }
    }
}
