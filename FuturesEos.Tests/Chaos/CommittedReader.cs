using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using Xunit;

namespace FuturesEos.Tests.Chaos;

/// <summary>Reads the committed records of a topic while they are written; what it has seen must be what a later reader sees.</summary>
internal sealed class CommittedReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SortedDictionary<(int Partition, long Offset), string> _seen = [];
    private readonly Task _reading;

    public CommittedReader(string bootstrap, string topic) => _reading = Task.Factory.StartNew(() => Read(bootstrap, topic), TaskCreationOptions.LongRunning);

    public int Count
    {
        get
        {
            lock (_seen) return _seen.Count;
        }
    }

    /// <summary>Every record, by partition and offset, as <c>OFFSET VALUE</c>.</summary>
    public List<string> Seen
    {
        get
        {
            lock (_seen) return [.. _seen.Select(r => Text(r.Key.Partition, r.Key.Offset, r.Value))];
        }
    }

    public static string Text(int partition, long offset, string value) => $"[{partition}]@{offset} {value}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private void Read(string bootstrap, string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap, GroupId = "concurrent-reader", EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
        }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Topics.Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(200)) is not { } record) continue;
                lock (_seen)
                    Assert.True(_seen.TryAdd((record.Partition.Value, record.Offset.Value), Encoding.UTF8.GetString(record.Message.Value)), $"offset {record.Offset} came twice");
            }
            catch (ConsumeException)
            {
                // brokers come and go
            }
        }
    }
}
