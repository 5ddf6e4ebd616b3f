using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FuturesEos.ServiceDefaults.Kafka;
using Npgsql;

namespace FuturesEos.Benchmarks.Relay;

/// <summary>
/// Rows written one a transaction at a steady rate, and how long after its commit each is a committed record.
/// </summary>
internal static class LiveRowsRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Milliseconds, one for each row.</summary>
    public static async Task<double[]> MeasureAsync(
        KafkaSettings kafka, string postgres, string topic, int partitions, int rate, int rows)
    {
        var committedAt = new ConcurrentDictionary<string, long>();
        var arrivedAt = new ConcurrentDictionary<string, long>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds((double)rows / rate) + Patience);
        using var ready = new SemaphoreSlim(0);
        var reading = Task.Run(() => Read(kafka, topic, partitions, rows, arrivedAt, ready, stop.Token), stop.Token);
        await ready.WaitAsync(stop.Token);
        await WriteAsync(postgres, rate, rows, committedAt, stop.Token);
        await reading;
        return
        [
            .. committedAt.Select(row => Stopwatch.GetElapsedTime(row.Value, arrivedAt[row.Key]).TotalMilliseconds),
        ];
    }

    private static async Task WriteAsync(
        string postgres, int rate, int rows, ConcurrentDictionary<string, long> committedAt, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync(stop);
        await using var insert = new NpgsqlCommand(OutboxRig.InsertOne, connection);
        var id = insert.Parameters.Add(new NpgsqlParameter<Guid>());
        await insert.PrepareAsync(stop);
        var start = Stopwatch.GetTimestamp();
        for (var n = 0; n < rows; n++)
        {
            var due = TimeSpan.FromSeconds((double)n / rate) - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.FromMilliseconds(1)) await Task.Delay(due, stop);
            var row = Guid.NewGuid();
            id.Value = row;
            await insert.ExecuteNonQueryAsync(stop);
            committedAt[row.ToString()] = Stopwatch.GetTimestamp();
        }
    }

    // From the present ends on; ready when they are known.
    private static void Read(
        KafkaSettings kafka,
        string topic,
        int partitions,
        int rows,
        ConcurrentDictionary<string, long> arrivedAt,
        SemaphoreSlim ready,
        CancellationToken stop)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(kafka.Consumer("bench-" + Guid.NewGuid()))
            .SetLogHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(p =>
        {
            var partition = new TopicPartition(topic, p);
            return new TopicPartitionOffset(partition, consumer.QueryWatermarkOffsets(partition, Patience).High);
        }));
        ready.Release();
        while (arrivedAt.Count < rows)
        {
            var record = consumer.Consume(stop);
            if (record.IsPartitionEOF) continue;
            var now = Stopwatch.GetTimestamp();
            arrivedAt.TryAdd(Encoding.ASCII.GetString(record.Message.Headers.GetLastBytes("event_id")), now);
        }
    }
}
