using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a partition.</summary>
public sealed class ElectLeadersResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public ReplicaElectionResult[] ReplicaElectionResults = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode, from: 1);
        codec.Array(ref ReplicaElectionResults);
    }

    public sealed class ReplicaElectionResult : IProtocolStruct
    {
        public string Topic = "";
        public PartitionOutcome[] PartitionResult = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic);
            codec.Array(ref PartitionResult);
        }
    }

    public sealed class PartitionOutcome : IProtocolStruct
    {
        public int PartitionId;
        public KafkaError ErrorCode;
        public string? ErrorMessage;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionId);
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
        }
    }
}
