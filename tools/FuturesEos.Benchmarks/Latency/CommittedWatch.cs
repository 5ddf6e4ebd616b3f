using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Latency;

/// <summary>
/// Reads committed decisions and order events as any reader would, and notes when each could first be read.
/// </summary>
internal sealed class CommittedWatch : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Thread> _threads = [];

    public CommittedWatch(KafkaSettings kafka)
    {
        Follow(kafka, Topics.Decisions(), record =>
            Note(Decisions, DecisionReader.TryRead(record.Message.Value, out var it, out _) ? it.Id : null));
        Follow(kafka, Topics.Orders, record => Note(Events, Guid.Parse(Encoding.ASCII.GetString(record.Message.Key))));
    }

    /// <summary>By the decision's id.</summary>
    public ConcurrentDictionary<Guid, DateTime> Decisions { get; } = [];

    /// <summary>By the order's id.</summary>
    public ConcurrentDictionary<Guid, DateTime> Events { get; } = [];

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var thread in _threads) thread.Join();
        _stop.Dispose();
    }

    private static void Note(ConcurrentDictionary<Guid, DateTime> times, Guid? id)
    {
        if (id is { } known) times.TryAdd(known, DateTime.UtcNow);
    }

    private void Follow(KafkaSettings kafka, string topic, Action<ConsumeResult<byte[], byte[]>> take)
    {
        var thread = new Thread(() =>
        {
            using var consumer = new ConsumerBuilder<byte[], byte[]>(kafka.Consumer("bench-" + Guid.NewGuid()))
                .SetLogHandler((_, _) => { }).Build();
            consumer.Assign(
                Enumerable.Range(0, Topics.Partitions)
                    .Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
            while (!_stop.IsCancellationRequested)
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { IsPartitionEOF: false } record) take(record);
            }
        })
        { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }
}
