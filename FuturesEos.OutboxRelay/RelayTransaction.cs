using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// The only caller of begin, commit and abort. Rows and progress go out in one Kafka transaction. After any failure
/// the object is finished: its successor's <see cref="Initialize"/> completes or aborts what was open, and the epoch
/// it takes keeps a late end of this one from touching a later transaction (KAFKA-17754).
/// </summary>
internal sealed class RelayTransaction : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(5);
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly OutboxRelayOptions _options;
    private readonly byte[] _progressKey;
    private readonly RelaySpans _spans;
    private long _openedAt;
    private volatile Error? _failure;

    public RelayTransaction(KafkaSettings kafka, OutboxRelayOptions options, ILogger logger)
    {
        _options = options;
        _spans = new RelaySpans(options.TransactionalId, options.Topic);
        _progressKey = Encoding.UTF8.GetBytes(options.Slot);
        var config = kafka.TransactionalProducer(options.TransactionalId, options.TransactionTimeout);
        _producer = new ProducerBuilder<byte[], byte[]>(config)
            .SetErrorHandler((_, error) => OnError(error, logger))
            .SetLogHandler((_, _) => { })
            .Build();
    }

    /// <summary>Rows handed over since the transaction began.</summary>
    public int Rows { get; private set; }

    public bool IsOpen { get; private set; }

    /// <summary>Since the first row.</summary>
    public TimeSpan Age => IsOpen ? Stopwatch.GetElapsedTime(_openedAt) : TimeSpan.Zero;

    /// <summary>Fences the predecessor and ends its transaction.</summary>
    public void Initialize(CancellationToken cancellation) =>
        Retry(() => _producer.InitTransactions(CallTimeout), TimeSpan.FromSeconds(30), cancellation);

    /// <summary>
    /// Ends what is open under another's transactional id, and keeps its owner from committing anything more.
    /// </summary>
    public static void Fence(KafkaSettings kafka, string transactionalId, CancellationToken cancellation)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(
                kafka.TransactionalProducer(transactionalId, TimeSpan.FromSeconds(10)))
            .SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
        Retry(() => producer.InitTransactions(CallTimeout), TimeSpan.FromSeconds(30), cancellation);
    }

    public void Add(OutboxEntry entry)
    {
        Open();
        _spans.Send(entry);
        Produce(_options.Topic, OutboxRouter.Route(entry));
        Rows++;
    }

    /// <summary>Rows and progress, or neither.</summary>
    public void Commit(RelayProgress progress, Action beforeCommit, CancellationToken cancellation)
    {
        Open();
        Produce(_options.ProgressTopic, new Message<byte[], byte[]> { Key = _progressKey, Value = progress.ToBytes() });
        beforeCommit();

        // It flushes first, and fails if a record did. Retriable errors are answered by the same call, which picks up
        // where it was (librdkafka, "Transactional producer API"); any other leaves the outcome open, and us
        // finished.
        Retry(() => _producer.CommitTransaction(CallTimeout), _options.TransactionTimeout * 2, cancellation);
        if (_failure is { } failure)
            throw new KafkaException(failure);
        _spans.End();
        IsOpen = false;
        Rows = 0;
    }

    public void Dispose()
    {
        try
        {
            // Readers need not wait for the timeout; whether it succeeds does not matter.
            if (IsOpen && _failure is null)
                _producer.AbortTransaction(AbortTimeout);
        }
        catch (KafkaException)
        {
        }

        // of an open transaction: whatever it was, it was not committed here
        _spans.End(_failure?.Code.ToString() ?? "stopped");
        _producer.Dispose();
    }

    private void Open()
    {
        if (IsOpen)
            return;
        _producer.BeginTransaction();
        IsOpen = true;
        _openedAt = Stopwatch.GetTimestamp();
    }

    private void Produce(string topic, Message<byte[], byte[]> message)
    {
        while (true)
        {
            if (_failure is { } failure)
                throw new KafkaException(failure);
            try
            {
                _producer.Produce(topic, message, OnDelivered);
                return;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                if (Age > _options.TransactionTimeout)
                    throw;
                Thread.Sleep(QueueFullPause); // deliveries are reported on the client's own thread, and make room
            }
        }
    }

    private void OnDelivered(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
            _failure ??= report.Error;
    }

    private void OnError(Error error, ILogger logger)
    {
        if (error.IsFatal)
            _failure ??= error;
        logger.KafkaError(error.Code, error.Reason);
    }

    private static void Retry(Action call, TimeSpan limit, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                call();
                return;
            }
            catch (KafkaRetriableException) when (Stopwatch.GetElapsedTime(start) < limit
                && !cancellation.IsCancellationRequested)
            {
            }
        }
    }
}
