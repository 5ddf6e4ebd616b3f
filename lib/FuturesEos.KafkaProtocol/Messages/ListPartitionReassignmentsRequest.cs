using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Asks for partitions whose replicas move; null for all.</summary>
public sealed class ListPartitionReassignmentsRequest : IKafkaRequest<ListPartitionReassignmentsResponse>
{
    public static Api Api { get; } = new(ApiKey.ListPartitionReassignments, 0, 0, flexibleFrom: 0);

    public int TimeoutMs = 60_000;
    public ListPartitionReassignmentsTopics[]? Topics;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref TimeoutMs);
        codec.NullableArray(ref Topics);
    }

    public sealed class ListPartitionReassignmentsTopics : IProtocolStruct
    {
        public string Name = "";
        public int[] PartitionIndexes = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Int32s(ref PartitionIndexes);
        }
    }
}
