using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace FuturesEos.Streams.State;

/// <summary>First offset and log end of one changelog partition, and the id of its topic.</summary>
internal readonly record struct ChangelogBounds(string TopicId, long Start, long End)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Asks with read_uncommitted: the target of a restore is the log end, not the last stable offset. A transaction that is committed may
    /// still lack its marker in this partition, and the stable offset then lies below its records (KAFKA-10167). A consumer would ask with
    /// its own isolation level (librdkafka puts it into ListOffsets), so the admin client asks.
    /// </summary>
    /// <exception cref="KafkaException">Of the first partition that could not be told.</exception>
    public static Dictionary<int, ChangelogBounds> Ask(IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions)
    {
        var topic = partitions.First().Topic;
        var described = Await(admin.DescribeTopicsAsync(
            TopicCollection.OfTopicNames([topic]), new DescribeTopicsOptions { RequestTimeout = Limit })).TopicDescriptions[0];
        if (described.Error.IsError)
            throw new KafkaException(described.Error);
        var starts = List(admin, partitions, OffsetSpec.Earliest());
        var ends = List(admin, partitions, OffsetSpec.Latest());
        return partitions.ToDictionary(
            p => p.Partition.Value,
            p => new ChangelogBounds(described.TopicId?.ToString() ?? "", starts[p.Partition.Value], ends[p.Partition.Value]));
    }

    private static Dictionary<int, long> List(IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions, OffsetSpec spec)
    {
        var answer = Await(admin.ListOffsetsAsync(
            partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = spec }),
            new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted, RequestTimeout = Limit }));
        foreach (var one in answer.ResultInfos)
        {
            if (one.TopicPartitionOffsetError.Error.IsError)
                throw new KafkaException(one.TopicPartitionOffsetError.Error);
        }

        return answer.ResultInfos.ToDictionary(r => r.TopicPartitionOffsetError.Partition.Value, r => r.TopicPartitionOffsetError.Offset.Value);
    }

    // the thread that asks has nothing else to do: its tasks cannot run before they know
    private static T Await<T>(Task<T> asked) => asked.GetAwaiter().GetResult();
}
