using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Streams.Input;

namespace FuturesEos.Streams.State;

/// <summary>First offset and log end of one changelog partition, and the id of its topic.</summary>
internal readonly record struct ChangelogBounds(string TopicId, long Start, long End)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Asks with read_uncommitted: the target of a restore is the log end, not the last stable offset. A transaction
    /// that is committed may still lack its marker in this partition, and the stable offset then lies below its records
    /// (KAFKA-10167). A consumer would ask with its own isolation level (librdkafka puts it into ListOffsets), so the
    /// admin client asks.
    /// </summary>
    /// <exception cref="KafkaException">Of the first partition that could not be told.</exception>
    public static Dictionary<int, ChangelogBounds> Ask(
        IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions)
    {
        var topic = partitions.First().Topic;
        var describing = admin.DescribeTopicsAsync(
            TopicCollection.OfTopicNames([topic]), new DescribeTopicsOptions { RequestTimeout = Limit });
        var described = ListedOffsets.Answer(describing, Limit).TopicDescriptions[0];
        if (described.Error.IsError)
            throw new KafkaException(described.Error);
        var starts = ListedOffsets.Ask(admin, partitions, OffsetSpec.Earliest(), IsolationLevel.ReadUncommitted, Limit);
        var ends = ListedOffsets.Ask(admin, partitions, OffsetSpec.Latest(), IsolationLevel.ReadUncommitted, Limit);
        return partitions.ToDictionary(
            p => p.Partition.Value,
            p => new ChangelogBounds(described.TopicId?.ToString() ?? "", starts[p], ends[p]));
    }
}
