using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Has partitions moved to other replicas; null replicas take such a wish back.</summary>
public sealed class AlterPartitionReassignmentsRequest : IKafkaRequest<AlterPartitionReassignmentsResponse>
{
    public static Api Api { get; } = new(ApiKey.AlterPartitionReassignments, 0, 1, flexibleFrom: 0);

    public int TimeoutMs = 60_000;
    public bool AllowReplicationFactorChange = true;
    public ReassignableTopic[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref TimeoutMs);
        codec.Bool(ref AllowReplicationFactorChange, from: 1);
        codec.Array(ref Topics);
    }

    public sealed class ReassignableTopic : IProtocolStruct
    {
        public string Name = "";
        public ReassignablePartition[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class ReassignablePartition : IProtocolStruct
    {
        public int PartitionIndex;
        public int[]? Replicas;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.NullableInt32s(ref Replicas);
        }
    }
}
