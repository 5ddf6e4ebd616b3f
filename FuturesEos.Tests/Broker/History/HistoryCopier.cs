using Confluent.Kafka;

namespace FuturesEos.Tests.Broker.History;

/// <summary>
/// A member of a group that makes one record of each that it is given, in transactions with the group's positions.
/// </summary>
internal sealed class HistoryCopier(string servers, string from, string to, int number, Random random, HistoryLog log)
{
    private const int SessionTimeoutMs = 6000;
    private const int BatchMax = 6;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    private readonly string _name = $"{to}-{number}";

    /// <summary>Members that came to their end by an error; another one took the place of each.</summary>
    public int Failures { get; private set; }

    /// <summary>Copies until it is told to stop, and leaves nothing open.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var producer = new HistoryProducer(servers, _name, log);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await CopyAsync(producer, stop);
            }
            catch (KafkaException)
            {
                Failures++;
            }
        }

        producer.Open();
    }

    private async Task CopyAsync(HistoryProducer producer, CancellationToken stop)
    {
        producer.Open(); // before positions are asked for: what the former left open may hold some
        var batch = new List<ConsumeResult<string, byte[]>>();
        using var consumer = Join(batch);
        try
        {
            while (!stop.IsCancellationRequested && await CopyOnceAsync(producer, consumer, batch)) batch.Clear();
        }
        finally
        {
            // who does not leave may never come back from Dispose: librdkafka goes round for ever then, if the group
            // is just being shared out anew (confluentinc/librdkafka#5434 is alike)
            consumer.Close();
        }
    }

    /// <summary>False for a member that has come to its end.</summary>
    private async Task<bool> CopyOnceAsync(
        HistoryProducer producer, IConsumer<string, byte[]> consumer, List<ConsumeResult<string, byte[]>> batch)
    {
        Take(consumer, batch);
        if (batch.Count == 0) return true;
        var isCommit = random.Next(4) > 0;
        if (!await producer.TransactAsync(isCommit, () => CopyAsync(producer, consumer, batch)))
        {
            Failures++;
            return false;
        }

        // after an abort no client rewinds by itself
        if (!isCommit)
        {
            foreach (var first in batch.DistinctBy(r => r.TopicPartition))
                consumer.Seek(first.TopicPartitionOffset);
        }

        return true;
    }

    private async Task CopyAsync(
        HistoryProducer producer, IConsumer<string, byte[]> consumer, List<ConsumeResult<string, byte[]>> batch)
    {
        foreach (var record in batch)
        {
            var cause = BitConverter.ToInt32(record.Message.Value);
            await producer.SendAsync(new TopicPartition(to, record.Partition), cause);
        }

        var last = batch.GroupBy(r => r.TopicPartition).Select(g => g.Last());
        var next = last.Select(r => new TopicPartitionOffset(r.TopicPartition, r.Offset + 1)).ToList();
        producer.Send(next, consumer.ConsumerGroupMetadata);
    }

    private void Take(IConsumer<string, byte[]> consumer, List<ConsumeResult<string, byte[]>> batch)
    {
        var size = random.Next(1, BatchMax);
        while (batch.Count < size)
        {
            if (consumer.Consume(Wait) is not { } record) return;
            batch.Add(record);
        }
    }

    // what was taken from a partition that is taken away belongs to its next owner
    private IConsumer<string, byte[]> Join(List<ConsumeResult<string, byte[]>> batch)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = to,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            SessionTimeoutMs = SessionTimeoutMs,
            HeartbeatIntervalMs = 500,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        };
        var consumer = new ConsumerBuilder<string, byte[]>(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .SetPartitionsRevokedHandler((_, gone) => Drop(gone))
            .SetPartitionsLostHandler((_, gone) => Drop(gone))
            .Build();
        consumer.Subscribe(from);
        return consumer;

        void Drop(List<TopicPartitionOffset> gone) =>
            batch.RemoveAll(record => gone.Any(g => g.TopicPartition == record.TopicPartition));
    }
}
