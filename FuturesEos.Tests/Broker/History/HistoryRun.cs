using System.Collections.Concurrent;
using Confluent.Kafka;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.History;

/// <summary>Producers whose transactions a seed makes, and committed readers beside them, while the broker may be killed.</summary>
internal sealed class HistoryRun(string servers, int seed)
{
    private const int Partitions = 2;
    private const int Producers = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _topic = TestNames.Topic("history");
    private readonly ConcurrentQueue<Transaction> _transactions = new();
    private readonly ConcurrentQueue<Pass> _passes = new();
    private int _value;

    public int Finished => _transactions.Count;

    public IReadOnlyList<Transaction> Transactions => [.. _transactions];

    public IReadOnlyList<Pass> Passes => [.. _passes];

    /// <summary>Runs all producers to their ends, with readers beside them, then reads everything once more.</summary>
    public async Task RunAsync(int transactionsEach, Func<HistoryRun, Task> disturb)
    {
        await Clients.CreateTopicAsync(servers, _topic, Partitions);
        using var over = new CancellationTokenSource();
        var producing = Task.WhenAll(Enumerable.Range(0, Producers).Select(p => Task.Run(() => ProduceAsync(p, transactionsEach))));
        var reading = Task.Run(() =>
        {
            for (var pass = 0; !over.IsCancellationRequested; pass++) Read($"reader {pass}", pass % Partitions, isFinal: false);
        });
        await disturb(this);
        await producing;
        await over.CancelAsync();
        await reading;
        for (var p = 0; p < Partitions; p++) Read("last", p, isFinal: true);
    }

    private async Task ProduceAsync(int number, int count)
    {
        var random = new Random((seed * 10) + number);
        IProducer<string, byte[]>? producer = null;
        for (var i = 0; i < count; i++)
        {
            producer ??= Open($"{_topic}-{number}");
            if (await TransactAsync(producer, $"{number}.{i}", random)) continue;
            producer.Dispose();
            producer = null;
        }

        // who ends with a transaction open leaves it to the next of its name
        producer?.Dispose();
        Open($"{_topic}-{number}").Dispose();
    }

    private IProducer<string, byte[]> Open(string id)
    {
        var deadline = Deadline.In(Patience);
        while (true)
        {
            var producer = Clients.Transactional(servers, id);
            try
            {
                producer.InitTransactions(Patience);
                return producer;
            }
            catch (KafkaException) when (!deadline.IsOver)
            {
                producer.Dispose();
            }
        }
    }

    /// <summary>One transaction; false when the producer is of no more use.</summary>
    private async Task<bool> TransactAsync(IProducer<string, byte[]> producer, string id, Random random)
    {
        var sent = new List<(int, int, long)>();
        var isCommit = random.Next(4) > 0;
        var outcome = Outcome.Aborted;
        try
        {
            producer.BeginTransaction();
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                var value = Interlocked.Increment(ref _value);
                var message = new Message<string, byte[]> { Key = "k", Value = BitConverter.GetBytes(value) };
                var result = await producer.ProduceAsync(new TopicPartition(_topic, random.Next(Partitions)), message);
                sent.Add((result.Partition.Value, value, result.Offset.Value));
            }

            if (isCommit)
            {
                outcome = Outcome.Unknown;
                producer.CommitTransaction(Patience);
                outcome = Outcome.Committed;
            }
            else
            {
                producer.AbortTransaction(Patience);
            }

            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
        finally
        {
            _transactions.Enqueue(new Transaction(id, outcome, sent));
        }
    }

    private void Read(string reader, int partition, bool isFinal)
    {
        var records = Clients.ReadAll(servers, _topic, partition);
        _passes.Enqueue(new Pass(
            reader, partition, 0, isFinal, records.ConvertAll(r => (r.Offset.Value, BitConverter.ToInt32(r.Message.Value)))));
    }
}
