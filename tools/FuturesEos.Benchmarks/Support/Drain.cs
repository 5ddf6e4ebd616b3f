using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Support;

/// <summary>
/// One ruler for every engine: reads committed records until so many are there, and times the middle of them.
/// </summary>
/// <param name="Records">How many there were.</param>
/// <param name="PerSecond">Rate between the tenth and the ninetieth hundredth: without start and tail.</param>
/// <param name="Seconds">From the first record to the last.</param>
internal sealed record Drain(long Records, double PerSecond, double Seconds)
{
    public static Drain Measure(
        KafkaSettings kafka, string topic, int partitions, long expected, TimeSpan patience, Process engine)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(kafka.Consumer("bench-" + Guid.NewGuid()))
            .SetLogHandler((_, _) => { }).Build();
        consumer.Assign(
            Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        var clock = Stopwatch.StartNew();
        double first = 0, tenth = 0, ninetieth = 0, last = 0;
        long records = 0;
        while (records < expected)
        {
            if (clock.Elapsed > patience)
            {
                throw new TimeoutException(
                    $"{topic}: {records} of {expected} records after {patience.TotalSeconds:0} s");
            }

            if (engine.HasExited)
                throw new InvalidOperationException($"the engine ended with {engine.ExitCode} after {records} records");
            var result = consumer.Consume(TimeSpan.FromMilliseconds(100));
            if (result is null || result.IsPartitionEOF) continue;
            last = clock.Elapsed.TotalSeconds;
            if (records++ == 0) first = last;
            if (records == expected / 10) tenth = last;
            if (records == expected * 9 / 10) ninetieth = last;
        }

        return new Drain(records, 0.8 * expected / Math.Max(ninetieth - tenth, 0.001), last - first);
    }
}
