using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Reading;

/// <summary>
/// Reads a topic from its start to given ends: assigned, without a group. It ends by position, not by a last record:
/// the last offset of a transaction is its marker's, which no reader is given (KAFKA-12951).
/// </summary>
internal static class TopicReader
{
    /// <summary>A group's name, which librdkafka asks for and looks for; no group comes of it.</summary>
    public const string ClientName = "eos-reader";

    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Committed records from the starts given, else from the first, to below the ends; in each partition by offset.
    /// </summary>
    /// <exception cref="ExpectedFailure">A broker does not answer, or nothing came for half a minute.</exception>
    public static IEnumerable<CommittedRecord> Read(
        KafkaSettings settings,
        IReadOnlyDictionary<TopicPartition, long> ends,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<TopicPartition, long>? from = null,
        IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        using var consumer = Consumer<byte[], byte[]>(settings, isolation);
        foreach (var result in Consume(consumer, settings, ends, cancellationToken, from)) yield return Record(result);
    }

    /// <summary>Records from the starts given, and on as they come, until cancelled.</summary>
    public static void Follow(
        KafkaSettings settings,
        IReadOnlyDictionary<TopicPartition, long> from,
        IsolationLevel isolation,
        Action<CommittedRecord> take,
        CancellationToken cancellationToken)
    {
        using var consumer = Consumer<byte[], byte[]>(settings, isolation);
        consumer.Assign(from.Select(start => new TopicPartitionOffset(start.Key, start.Value)));
        while (true)
        {
            var result = consumer.Consume(cancellationToken);
            if (!result.IsPartitionEOF) take(Record(result));
        }
    }

    /// <summary>How many records lie below the ends, of aborted transactions or not.</summary>
    public static long CountWithAborted(
        KafkaSettings settings, IReadOnlyDictionary<TopicPartition, long> ends, CancellationToken cancellationToken)
    {
        using var consumer = Consumer<Ignore, Ignore>(settings, IsolationLevel.ReadUncommitted);
        return Consume(consumer, settings, ends, cancellationToken).LongCount();
    }

    /// <summary>
    /// Whether a committed record lies between two offsets: what lies there may be markers and aborted records only.
    /// </summary>
    public static bool HasRecord(
        KafkaSettings settings, TopicPartition partition, long from, long to, CancellationToken cancellationToken)
    {
        using var consumer = Consumer<Ignore, Ignore>(settings, IsolationLevel.ReadCommitted);
        var ends = new Dictionary<TopicPartition, long> { [partition] = to };
        return Consume(consumer,
            settings, ends, cancellationToken, new Dictionary<TopicPartition, long> { [partition] = from }).Any();
    }

    private static IConsumer<TKey, TValue> Consumer<TKey, TValue>(KafkaSettings settings, IsolationLevel isolation)
    {
        var config = settings.Consumer(ClientName);
        config.IsolationLevel = isolation;
        config.QueuedMaxMessagesKbytes = 32 * 1024; // beside what the caller keeps
        config.FetchWaitMaxMs = 100;
        // who counts needs no headers
        if (typeof(TKey) == typeof(Ignore))
            config.ConsumeResultFields = "topic";
        return new ConsumerBuilder<TKey, TValue>(config).SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { }).Build();
    }

    private static IEnumerable<ConsumeResult<TKey, TValue>> Consume<TKey, TValue>(
        IConsumer<TKey, TValue> consumer,
        KafkaSettings settings,
        IReadOnlyDictionary<TopicPartition, long> ends,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<TopicPartition, long>? from = null)
    {
        var open = ends.Where(end => end.Value > Start(end.Key)).ToDictionary(end => end.Key, end => end.Value);
        consumer.Assign(open.Keys.Select(partition => new TopicPartitionOffset(
            partition, Start(partition) is var start and > 0 ? start : Offset.Beginning)));
        var last = Stopwatch.StartNew();
        while (open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = consumer.Consume(TimeSpan.FromMilliseconds(200));
            if (result is null)
            {
                if (last.Elapsed < Stall) continue;
                var (partition, end) = open.First();
                throw new ExpectedFailure(
                    ExitCode.TimedOut,
                    $"{partition.Topic} {partition.Partition.Value} was not read up to {end} for "
                        + $"{Stall.TotalSeconds:0} s at {settings.BootstrapServers}; look whether its leader "
                        + "is alive ('eos doctor')");
            }

            last.Restart();
            if (!open.TryGetValue(result.TopicPartition, out var to)) continue;
            if (!result.IsPartitionEOF && result.Offset.Value < to) yield return result;
            if (result.Offset.Value >= to - (result.IsPartitionEOF ? 0 : 1))
                Close(consumer, open, result.TopicPartition);
        }

        long Start(TopicPartition partition) =>
            from is not null && from.TryGetValue(partition, out var start) ? start : 0;
    }

    // what is read to its end is not fetched on: a busy topic would fill the queue for nothing
    private static void Close<TKey, TValue>(
        IConsumer<TKey, TValue> consumer, Dictionary<TopicPartition, long> open, TopicPartition partition)
    {
        open.Remove(partition);
        consumer.Pause([partition]);
    }

    private static CommittedRecord Record(ConsumeResult<byte[], byte[]> result) => new(
        result.Topic, result.Partition.Value, result.Offset.Value, result.Message.Timestamp.UnixTimestampMs,
        result.Message.Key, result.Message.Value, Headers(result.Message.Headers));

    private static RecordHeader[] Headers(Headers headers)
    {
        if (headers.Count == 0) return [];
        var copy = new RecordHeader[headers.Count];
        for (var i = 0; i < copy.Length; i++) copy[i] = new RecordHeader(headers[i].Key, headers[i].GetValueBytes());
        return copy;
    }
}
