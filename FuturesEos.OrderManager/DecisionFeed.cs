using Confluent.Kafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;

namespace FuturesEos.OrderManager;

/// <summary>
/// Committed decisions of the partitions that the group gives us, each from where the database's ledger stands.
/// Blocking, and for one thread; rebalances happen inside <see cref="Fill"/>.
/// </summary>
internal sealed class DecisionFeed : IDisposable
{
    private const long BytesMax = 8 << 20;
    private const int PrefetchKbytes = 8 << 10;
    private const int FetchBytes = 128 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly string _topic;
    private readonly DecisionBatch _batch;
    private readonly Func<Dictionary<int, long>> _readLedger;
    private readonly ILogger _logger;

    /// <summary>Where the ledger stands, for each partition that is ours; none: it has no row.</summary>
    private readonly Dictionary<int, long?> _ledger = [];

    // Exceptions do not pass through the client's callbacks: kept here, thrown after the poll.
    private Exception? _failure;

    /// <param name="kafka">Where Kafka is.</param>
    /// <param name="group">Consumer group.</param>
    /// <param name="instance">Stable name in the group; none: a new member at every start.</param>
    /// <param name="topic">The decisions.</param>
    /// <param name="batch">Filled by <see cref="Fill"/>, cleared when partitions are taken away.</param>
    /// <param name="readLedger">Next offsets by partition; asked at each assignment.</param>
    /// <param name="logger">Told of assignments.</param>
    public DecisionFeed(
        KafkaSettings kafka,
        string group,
        string? instance,
        string topic,
        DecisionBatch batch,
        Func<Dictionary<int, long>> readLedger,
        ILogger logger)
    {
        (_topic, _batch, _readLedger, _logger) = (topic, batch, readLedger, logger);
        var config = kafka.Consumer(group);
        if (instance is not null)
            config.GroupInstanceId = instance;

        // What was committed to the database is noted in the group too, now and then, for those who watch its lag.
        config.EnableAutoCommit = true;
        config.AutoCommitIntervalMs = 1_000;

        // A ledger beyond the log's ends means that the topic is another one: never to be answered by starting over.
        config.AutoOffsetReset = AutoOffsetReset.Error;

        // The defaults, 64 MiB and a MiB of each partition on top, are as large as the whole pod: an answer is
        // compressed, and what does not differ much takes a hundred times its size here.
        config.QueuedMaxMessagesKbytes ??= PrefetchKbytes;
        config.MaxPartitionFetchBytes ??= FetchBytes;
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, _) => OnGone("revoked"))
            .SetPartitionsLostHandler((_, _) => OnGone("lost"))
            .SetErrorHandler((_, error) => logger.KafkaError(error.Code, error.Reason))
            .SetLogHandler((_, _) => { })
            .Build();
        _consumer.Subscribe(topic);
    }

    /// <summary>Whether the group has given us partitions (it may well give none).</summary>
    public bool IsAssigned { get; private set; }

    /// <summary>Fills the batch with what is there, waiting a moment for the first record.</summary>
    /// <exception cref="ExpectedFailure">The topic does not hold the offset that the database names.</exception>
    public void Fill(int recordsMax)
    {
        var wait = Patience;
        while (_batch.Records < recordsMax && _batch.Bytes < BytesMax)
        {
            var record = Consume(wait);
            if (_failure is { } failure)
                throw new IOException("the offsets in the database could not be read", failure);
            if (record is null)
                return;
            if (record.IsPartitionEOF)
            {
                if (_batch.Records == 0)
                    Note(record.Partition, record.Offset); // past the marker after the last record: the lag is zero
                continue;
            }

            if (!_ledger.TryGetValue(record.Partition, out var expected))
                continue; // prefetched before a rebalance
            var trace = record.Message.Headers.TryGetLastBytes(Messaging.TraceParent, out var header) ? header : null;
            _batch.Add(
                new DecisionRecord(record.Partition, record.Offset, record.Message.Key, record.Message.Value,
                    Messaging.TraceParentOf(trace)),
                expected);
            wait = Linger;
        }
    }

    /// <summary>The database has committed these.</summary>
    public void Committed(IEnumerable<OffsetMove> moves)
    {
        foreach (var move in moves)
        {
            _ledger[move.Partition] = move.Next;
            Note(move.Partition, move.Next);
        }
    }

    /// <summary>Goes on from where the ledger stands, which is not where we thought.</summary>
    public void Rewind(Dictionary<int, long> ledger)
    {
        foreach (var partition in _ledger.Keys.ToList())
        {
            _ledger[partition] = ledger.TryGetValue(partition, out var next) ? next : null;
            _consumer.Seek(new TopicPartitionOffset(_topic, partition, Start(partition)));
        }
    }

    public void Dispose()
    {
        try
        {
            _consumer.Close(); // leaves the group: others need not wait for the session to time out
        }
        catch (KafkaException)
        {
        }

        _consumer.Dispose();
    }

    private ConsumeResult<byte[], byte[]>? Consume(TimeSpan wait)
    {
        try
        {
            return _consumer.Consume(wait);
        }
        catch (ConsumeException outside) when (outside.Error.Code is ErrorCode.Local_AutoOffsetReset
            or ErrorCode.OffsetOutOfRange)
        {
            var partition = outside.ConsumerRecord.Partition.Value;
            throw new ExpectedFailure(ExitCode.CheckFailed, $"the database stands at offset"
                + $" {_ledger.GetValueOrDefault(partition)} of "
                + $"{_topic} [{partition}], and the topic does not reach there: it was made anew, or is another"
                + $" cluster's. To take it "
                + $"from its beginning: DELETE FROM app.consumer_offset WHERE topic = '{_topic}' (orders that are"
                + $" there stay one)", outside);
        }
    }

    private List<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        _ledger.Clear();
        _batch.Clear();
        try
        {
            var offsets = _readLedger();
            foreach (var partition in partitions)
                _ledger[partition.Partition] = offsets.TryGetValue(partition.Partition, out var next) ? next : null;
        }
        catch (Exception failure)
        {
            _failure = failure;
            return [];
        }

        IsAssigned = true;
        _logger.Assigned(_topic, string.Join(", ", _ledger.Select(l =>
            $"{l.Key} from {l.Value?.ToString() ?? "the beginning"}")));
        return partitions.ConvertAll(p => new TopicPartitionOffset(p, Start(p.Partition)));
    }

    // Revoked or lost makes no difference: what is in hand is not committed, and its next owner reads it again. Had
    // it been committed an instant ago, the ledger would tell him so.
    private void OnGone(string how)
    {
        if (_batch.Records > 0)
            _logger.Dropped(_batch.Records, how);
        _ledger.Clear();
        _batch.Clear();
    }

    private Offset Start(int partition) => _ledger[partition] is { } next ? next : Offset.Beginning;

    private void Note(Partition partition, Offset next)
    {
        try
        {
            _consumer.StoreOffset(new TopicPartitionOffset(_topic, partition, next));
        }
        catch (KafkaException)
        {
            // no longer ours: its new owner notes it
        }
    }
}
