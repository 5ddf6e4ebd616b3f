using System.Text;
using Confluent.Kafka;

namespace FuturesEos.Tests.Broker;

/// <summary>Reads committed numbers while they are written: each must be the one after the last.</summary>
internal sealed class OrderedReader(string servers, string topic, int expected)
{
    private int _count;

    /// <summary>How many were read, all in order.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>What was wrong; null while nothing was.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Reads until all are there, one is wrong, or it is told to stop.</summary>
    public void Read(CancellationToken stop)
    {
        using var consumer = Clients.Consumer(servers, "reader");
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        while (Count < expected && Complaint is null && !stop.IsCancellationRequested)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { IsPartitionEOF: false } record) continue;
            var number = int.Parse(Encoding.UTF8.GetString(record.Message.Value));
            if (number == Count) Interlocked.Increment(ref _count);
            else Complaint = $"{number} at offset {record.Offset} where {Count} was due";
        }
    }
}
