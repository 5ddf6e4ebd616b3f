using FuturesEos.EmbeddedKafka.Log;

namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>A topic as it is at one moment; a change makes a new value with the same logs.</summary>
internal sealed record Topic(string Name, Guid Id, TopicSettings Settings, IReadOnlyList<PartitionLog> Partitions)
{
    public bool IsInternal => TopicName.IsInternal(Name);

    /// <summary>Null for a number the topic has not.</summary>
    public PartitionLog? Partition(int number) => (uint)number < (uint)Partitions.Count ? Partitions[number] : null;
}
