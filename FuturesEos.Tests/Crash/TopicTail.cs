using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>The records of a topic, committed ones unless asked otherwise, read further at each look.</summary>
internal sealed class TopicTail : IDisposable
{
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly HashSet<int> _atEnd = [];

    public TopicTail(string bootstrap, string topic, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrap, GroupId = "tail", EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = isolation, EnablePartitionEof = true,
        }).SetLogHandler((_, _) => { }).Build();
        _consumer.Assign(Enumerable.Range(0, Topics.Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
    }

    public List<ConsumeResult<byte[]?, byte[]?>> Records { get; } = [];

    /// <summary>Reads what is there now, each partition to its end; returns how many there are in all.</summary>
    public int Read()
    {
        var deadline = Deadline.In(Deadline.Usual);
        var ended = new HashSet<int>(); // where somebody writes all the time there is no quiet moment to wait for
        while (ended.Count < Topics.Partitions)
        {
            var result = _consumer.Consume(TimeSpan.FromMilliseconds(50));
            if (result is { IsPartitionEOF: true } end)
            {
                _atEnd.Add(end.Partition.Value);
                ended.Add(end.Partition.Value);
            }
            else if (result is not null)
            {
                Take(result);
            }
            else if (_atEnd.Count == Topics.Partitions)
            {
                break;
            }

            Assert.False(deadline.IsOver, "a topic could not be read to its end");
        }

        return Records.Count;
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> record)
    {
        _atEnd.Remove(record.Partition.Value);
        Records.Add(record);
    }

    public void Dispose() => _consumer.Dispose();
}
