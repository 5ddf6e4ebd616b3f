using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Makes topics.</summary>
public sealed class CreateTopicsRequest : IKafkaRequest<CreateTopicsResponse>
{
    public static Api Api { get; } = new(ApiKey.CreateTopics, 2, 7, flexibleFrom: 5);

    public CreatableTopic[] Topics = [];
    public int TimeoutMs = 60_000;
    public bool ValidateOnly;

    public void Visit(ProtocolCodec codec)
    {
        codec.Array(ref Topics);
        codec.Int32(ref TimeoutMs);
        codec.Bool(ref ValidateOnly);
    }

    public sealed class CreatableTopic : IProtocolStruct
    {
        public string Name = "";
        public int NumPartitions;
        public short ReplicationFactor;
        public CreatableReplicaAssignment[] Assignments = [];
        public CreatableTopicConfig[] Configs = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Int32(ref NumPartitions);
            codec.Int16(ref ReplicationFactor);
            codec.Array(ref Assignments);
            codec.Array(ref Configs);
        }
    }

    public sealed class CreatableReplicaAssignment : IProtocolStruct
    {
        public int PartitionIndex;
        public int[] BrokerIds = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Int32s(ref BrokerIds);
        }
    }

    public sealed class CreatableTopicConfig : IProtocolStruct
    {
        public string Name = "";
        public string? Value;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.NullableString(ref Value);
        }
    }
}
