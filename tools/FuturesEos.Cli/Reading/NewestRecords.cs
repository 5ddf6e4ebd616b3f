using Confluent.Kafka;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Reading;

/// <summary>The last committed records of a topic, without reading all of it.</summary>
internal static class NewestRecords
{
    private const int OffsetsForEachRecord = 2; // a first guess: markers and aborted records lie between

    /// <summary>The newest by timestamp, the newest first.</summary>
    public static List<CommittedRecord> Read(
        KafkaSettings settings,
        IReadOnlyDictionary<TopicPartition, long> ends, int count, CancellationToken cancellationToken)
    {
        for (long back = Math.Max(64, (long)count * OffsetsForEachRecord); ; back *= 8)
        {
            var from = ends.ToDictionary(end => end.Key, end => Math.Max(0, end.Value - back));
            var newest = new PriorityQueue<CommittedRecord, (long, long)>();
            var found = ends.Keys.ToDictionary(partition => partition.Partition.Value, _ => 0L);
            foreach (var record in TopicReader.Read(settings, ends, cancellationToken, from))
            {
                found[record.Partition]++;
                newest.Enqueue(record, (record.TimestampMs, record.Offset));
                if (newest.Count > count) newest.Dequeue();
            }

            // each partition gave enough, or everything it has
            if (found.All(f => f.Value >= count || from.First(start => start.Key.Partition.Value == f.Key).Value == 0))
            {
                var records = new List<CommittedRecord>(newest.Count);
                while (newest.TryDequeue(out var record, out _)) records.Insert(0, record);
                return records;
            }
        }
    }
}
