using Confluent.Kafka;

namespace FuturesEos.Tests.Broker;

/// <summary>
/// Copies a topic record by record in transactions, one in three aborted on purpose: the smallest program that needs
/// everything transactions promise. After any failure it starts again from the committed positions with a new producer.
/// </summary>
internal sealed class Copier(string servers, string from, string to, int partitions)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
    private readonly TopicPartition[] _input = [.. Enumerable.Range(0, partitions).Select(p => new TopicPartition(from, p))];

    public int Commits { get; private set; }

    public int Aborts { get; private set; }

    public int Restarts { get; private set; }

    /// <summary>Copies until it is told to stop.</summary>
    public Task RunAsync(CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    Run(stop);
                }
                catch (KafkaException)
                {
                    Restarts++;
                }
            }
        },
        TaskCreationOptions.LongRunning);

    private void Run(CancellationToken stop)
    {
        using var consumer = Clients.Consumer(servers, "copier");
        using var producer = Clients.Transactional(servers, "copier", TimeSpan.FromSeconds(10));
        producer.InitTransactions(Wait);
        Rewind(consumer);
        while (!stop.IsCancellationRequested)
        {
            var batch = Take(consumer, 200);
            if (batch.Count == 0)
                continue;
            producer.BeginTransaction();
            foreach (var record in batch)
                producer.Produce(new TopicPartition(to, record.Partition), record.Message, _ => { });
            var next = batch.GroupBy(r => r.TopicPartition).Select(g => new TopicPartitionOffset(g.Key, g.Max(r => r.Offset.Value) + 1));
            producer.SendOffsetsToTransaction(next, consumer.ConsumerGroupMetadata, Wait);
            if (Random.Shared.Next(3) == 0)
            {
                producer.Flush(Wait); // an abort must not overtake the registration of the first record
                producer.AbortTransaction(Wait);
                Aborts++;
                Rewind(consumer);
            }
            else
            {
                producer.CommitTransaction(Wait);
                Commits++;
            }
        }
    }

    private static List<ConsumeResult<string, byte[]>> Take(IConsumer<string, byte[]> consumer, int count)
    {
        var batch = new List<ConsumeResult<string, byte[]>>();
        while (batch.Count < count && consumer.Consume(TimeSpan.FromMilliseconds(batch.Count == 0 ? 200 : 20)) is { } record)
        {
            if (!record.IsPartitionEOF)
                batch.Add(record);
        }

        return batch;
    }

    private void Rewind(IConsumer<string, byte[]> consumer) => consumer.Assign(consumer.Committed(_input, Wait)
        .Select(o => o.Offset == Offset.Unset ? new TopicPartitionOffset(o.TopicPartition, Offset.Beginning) : o));
}
