using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Reads topics of the relay to their end, as they are committed. Ask only after the producer is initialized: that
/// has ended what the predecessor left open, so nothing of ours can still become visible.
/// </summary>
internal sealed class ProgressReader(KafkaSettings kafka, OutboxRelayOptions options)
{
    /// <summary>
    /// Noted at every transaction, so the newest record of a slot is near the end, and the topic may be long.
    /// </summary>
    private const int TailRecords = 2_000;

    /// <summary>
    /// What Debezium signs its records with: <c>__debezium.context.connectorLogicalName</c> and others.
    /// </summary>
    private const string DebeziumHeader = "__debezium.";

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The newest progress of the slot; none when there is none.</summary>
    public RelayProgress? ReadNewest(CancellationToken cancellation)
    {
        using var consumer = Consumer();
        var partition = new TopicPartition(options.ProgressTopic, 0);
        var range = Range(partition);
        var tail = Math.Max(range.Low.Value, range.High.Value - TailRecords);
        return Newest(consumer, partition, tail, range.High.Value, cancellation)
            ?? (tail > range.Low.Value ? Newest(consumer, partition, range.Low.Value, tail, cancellation) : null);
    }

    /// <summary>The ids of all events that the topic holds.</summary>
    public HashSet<Guid> ReadEventIds(CancellationToken cancellation)
    {
        var ids = new HashSet<Guid>();
        using var consumer = Consumer();
        foreach (var partition in EventPartitions(consumer))
        {
            var range = Range(partition);
            foreach (var record in Read(consumer, partition, range.Low.Value, range.High.Value, cancellation))
            {
                if (record.Message.Headers.TryGetLastBytes(Contracts.Events.OrderEvent.EventIdHeader, out var id)
                    && Guid.TryParse(id, out var parsed))
                    ids.Add(parsed);
            }
        }

        return ids;
    }

    /// <summary>Where the log of each partition of the events ends.</summary>
    public IReadOnlyList<long> ReadEventEnds()
    {
        using var consumer = Consumer();
        return [.. EventPartitions(consumer).Select(partition => Range(partition).High.Value)];
    }

    /// <summary>
    /// The newest event of a partition, where Debezium wrote it and at or above the offset given for it.
    /// </summary>
    public TopicPartitionOffset? FindDebezium(IReadOnlyList<long>? from, CancellationToken cancellation)
    {
        using var consumer = Consumer();
        foreach (var partition in EventPartitions(consumer))
        {
            var range = Range(partition);
            var low = Math.Max(range.Low.Value, from?.ElementAtOrDefault(partition.Partition.Value) ?? 0);
            if (NewestEvent(consumer, partition, low, range.High.Value, cancellation) is { } newest
                && newest.Message.Headers.Any(
                    header => header.Key.StartsWith(DebeziumHeader, StringComparison.Ordinal)))
                return newest.TopicPartitionOffset;
        }

        return null;
    }

    // Backwards in stretches: offsets of markers and of aborted records hold nothing.
    private static ConsumeResult<byte[], byte[]>? NewestEvent(
        IConsumer<byte[], byte[]> consumer, TopicPartition partition, long low, long high,
        CancellationToken cancellation)
    {
        for (var stretch = 16L; high > low; stretch *= 8)
        {
            var from = Math.Max(low, high - stretch);
            if (Read(consumer, partition, from, high, cancellation).LastOrDefault() is { } newest)
                return newest;
            high = from;
        }

        return null;
    }

    private IEnumerable<TopicPartition> EventPartitions(IConsumer<byte[], byte[]> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return admin.GetMetadata(options.Topic, RequestTimeout).Topics[0].Partitions
            .Select(partition => new TopicPartition(options.Topic, partition.PartitionId))
            .OrderBy(partition => partition.Partition.Value).ToList();
    }

    // The end that counts is the log's, asked for with read_uncommitted: this client's isolation level goes into the
    // request, and another's open transaction keeps the last stable offset below records of ours that are committed
    // (KAFKA-10167).
    private WatermarkOffsets Range(TopicPartition partition)
    {
        var config = kafka.Consumer(options.TransactionalId);
        config.IsolationLevel = IsolationLevel.ReadUncommitted;
        using var asking = Build(config);
        return asking.QueryWatermarkOffsets(partition, RequestTimeout);
    }

    private RelayProgress? Newest(
        IConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long to,
            CancellationToken cancellation)
    {
        RelayProgress? newest = null;
        var key = Encoding.UTF8.GetBytes(options.Slot);
        foreach (var record in Read(consumer, partition, from, to, cancellation))
        {
            if (!key.AsSpan().SequenceEqual(record.Message.Key))
                continue;
            try
            {
                newest = record.Message.Value is { } value ? RelayProgress.FromBytes(value) : null;
            }
            catch (JsonException unreadable)
            {
                throw new ExpectedFailure(ExitCode.CheckFailed,
                    $"record {record.Offset.Value} of {options.ProgressTopic} is no progress "
                    + "of this program: somebody else writes to that topic; choose another with --progress-topic",
                    unreadable);
            }
        }

        return newest;
    }

    // To a position, not to a record: the last offset may be a marker, which is never delivered (KAFKA-12951).
    private static IEnumerable<ConsumeResult<byte[], byte[]>> Read(
        IConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long to,
            CancellationToken cancellation)
    {
        if (from >= to)
            yield break;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ReadTimeout);
        consumer.Assign(new TopicPartitionOffset(partition, from));
        while (true)
        {
            ConsumeResult<byte[], byte[]> record;
            try
            {
                record = consumer.Consume(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new KafkaException(new Error(ErrorCode.Local_TimedOut,
                    $"{partition.Topic} {partition.Partition.Value} was not read up to offset {to} within "
                        + $"{ReadTimeout.TotalSeconds:0} s: a transaction is open there. If it stays, Kafka has lost "
                        + "its marker: 'eos txn hanging' shows it, 'eos txn abort' ends it"));
            }

            if (record.Offset.Value >= to)
                yield break;
            if (!record.IsPartitionEOF)
                yield return record;
        }
    }

    // The group is a formality: nothing is subscribed or committed.
    private IConsumer<byte[], byte[]> Consumer() => Build(kafka.Consumer(options.TransactionalId));

    private static IConsumer<byte[], byte[]> Build(ConsumerConfig config) =>
        new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
}
