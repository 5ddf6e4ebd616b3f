namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// The partition of <c>__consumer_offsets</c> by which a transaction knows a group: Kafka's choice of 50. All of them
/// are kept in one log here, but a transaction that named one group takes no positions of another.
/// </summary>
internal static class OffsetsPartition
{
    private const int Partitions = 50;

    public static TopicPartition Of(string group)
    {
        // the amount of the hash; Kafka takes 0 for the one number that has none
        var hash = JavaHash.Of(group);
        return new TopicPartition(
            Topics.TopicName.ConsumerOffsets, hash == int.MinValue ? 0 : Math.Abs(hash) % Partitions);
    }

    /// <summary>Where what belongs to a partition is really kept.</summary>
    public static TopicPartition Kept(TopicPartition partition) =>
        partition.Topic == Topics.TopicName.ConsumerOffsets ? partition with { Partition = 0 } : partition;
}
