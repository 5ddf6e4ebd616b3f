using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Conformance;

/// <summary>All committed records of topics, from their beginning to their end.</summary>
internal static class StoredRecords
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Reads every partition to its end.</summary>
    public static List<ConsumeResult<byte[]?, byte[]>> Read(string servers, IEnumerable<string> topics)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = servers, GroupId = TestNames.Unique(), IsolationLevel = IsolationLevel.ReadCommitted,
            EnablePartitionEof = true, EnableAutoCommit = false,
        }).Build();
        var partitions = topics.SelectMany(
            topic => Enumerable.Range(0, Topics.Partitions).Select(p => new TopicPartition(topic, p))).ToList();
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
        var records = new List<ConsumeResult<byte[]?, byte[]>>();
        var ended = new HashSet<TopicPartition>();
        var deadline = Deadline.In(Patience);
        while (ended.Count < partitions.Count)
        {
            Assert.False(deadline.IsOver, "the topics could not be read to their ends");
            if (consumer.Consume(TimeSpan.FromMilliseconds(200)) is not { } record) continue;
            if (record.IsPartitionEOF) ended.Add(record.TopicPartition);
            else records.Add(record);
        }

        return records;
    }
}
