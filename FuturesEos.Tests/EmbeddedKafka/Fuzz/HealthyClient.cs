using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// Does its work beside hostile ones: a transaction, its records read back, the position committed, again and again. Its names
/// cannot be guessed.
/// </summary>
internal sealed class HealthyClient(string servers)
{
    /// <summary>In every name that is its own.</summary>
    public const string Name = "healthy-";

    private const int RecordsOfEach = 5;
    private readonly string _name = Name + Guid.NewGuid().ToString("N");
    private readonly List<string> _written = [];

    public int Rounds { get; private set; }

    public TimeSpan Slowest { get; private set; }

    /// <summary>To be called while it is alone: it takes the first producer id.</summary>
    public Task PrepareAsync() => Clients.CreateTopicAsync(servers, _name);

    public async Task RunAsync(CancellationToken stop)
    {
        using var producer = Clients.Transactional(servers, _name);
        producer.InitTransactions(Deadline.Usual);
        using var consumer = Clients.Consumer(servers, _name);
        consumer.Assign(new TopicPartitionOffset(_name, 0, Offset.Beginning));
        while (!stop.IsCancellationRequested)
        {
            var since = Stopwatch.GetTimestamp();
            producer.BeginTransaction();
            var values = Enumerable.Range(0, RecordsOfEach).Select(i => $"{Rounds}.{i}").ToList();
            foreach (var value in values)
            {
                var bytes = System.Text.Encoding.UTF8.GetBytes(value);
                await producer.ProduceAsync(_name, new Message<string, byte[]> { Key = "k", Value = bytes }, CancellationToken.None);
            }

            producer.CommitTransaction(Deadline.Usual);
            var read = Clients.Take(consumer, RecordsOfEach);
            Assert.Equal(values, read.Select(ValueOf));
            consumer.Commit(read[^1]);
            Assert.Equal(read[^1].Offset + 1, consumer.Committed([read[0].TopicPartition], Deadline.Usual)[0].Offset);
            _written.AddRange(values);
            Rounds++;
            var took = Stopwatch.GetElapsedTime(since);
            Slowest = took > Slowest ? took : Slowest;
        }
    }

    /// <summary>What it was told is stored, is.</summary>
    public void AssertAllThere(string now) => Assert.Equal(_written, Clients.ReadAll(now, _name).Select(ValueOf));

    private static string ValueOf(ConsumeResult<string, byte[]> record) =>
        System.Text.Encoding.UTF8.GetString(record.Message.Value);
}
