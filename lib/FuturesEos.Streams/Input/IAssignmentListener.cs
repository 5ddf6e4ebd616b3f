using Confluent.Kafka;

namespace FuturesEos.Streams.Input;

/// <summary>What a poll tells: records and ends of partitions, and who owns what.</summary>
internal interface IAssignmentListener
{
    void Fetched(ConsumeResult<byte[]?, byte[]?> result);

    /// <summary>The whole new assignment (eager protocol).</summary>
    void Assigned(IReadOnlyList<TopicPartition> partitions);

    /// <summary>The next event of this assigned partition will be at or after the offset.</summary>
    void BeginsAt(TopicPartition partition, long offset);

    /// <summary>Everything is taken away, and may still be committed.</summary>
    void Revoked();

    /// <summary>Everything was taken away; others own it already.</summary>
    void Lost();
}
