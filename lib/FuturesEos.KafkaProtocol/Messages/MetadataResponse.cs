using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Brokers, topics, partitions.</summary>
public sealed class MetadataResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public Broker[] Brokers = [];
    public string? ClusterId;
    public int ControllerId = -1;
    public Topic[] Topics = [];
    public int ClusterAuthorizedOperations = int.MinValue;
    public KafkaError ErrorCode;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs, from: 3);
        codec.Array(ref Brokers);
        codec.NullableString(ref ClusterId, from: 2);
        codec.Int32(ref ControllerId, from: 1);
        codec.Array(ref Topics);
        codec.Int32(ref ClusterAuthorizedOperations, from: 8, to: 10);
        codec.Error(ref ErrorCode, from: 13);
    }

    public sealed class Broker : IProtocolStruct
    {
        public int NodeId;
        public string Host = "";
        public int Port;
        public string? Rack;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref NodeId);
            codec.String(ref Host);
            codec.Int32(ref Port);
            codec.NullableString(ref Rack, from: 1);
        }
    }

    public sealed class Topic : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public string? Name;
        public Guid TopicId;
        public bool IsInternal;
        public Partition[] Partitions = [];
        public int TopicAuthorizedOperations = int.MinValue;

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.NullableString(ref Name, nullableFrom: 12);
            codec.Uuid(ref TopicId, from: 10);
            codec.Bool(ref IsInternal, from: 1);
            codec.Array(ref Partitions);
            codec.Int32(ref TopicAuthorizedOperations, from: 8);
        }
    }

    public sealed class Partition : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public int PartitionIndex;
        public int LeaderId;
        public int LeaderEpoch = -1;
        public int[] ReplicaNodes = [];
        public int[] IsrNodes = [];
        public int[] OfflineReplicas = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.Int32(ref PartitionIndex);
            codec.Int32(ref LeaderId);
            codec.Int32(ref LeaderEpoch, from: 7);
            codec.Int32s(ref ReplicaNodes);
            codec.Int32s(ref IsrNodes);
            codec.Int32s(ref OfflineReplicas, from: 5);
        }
    }
}
