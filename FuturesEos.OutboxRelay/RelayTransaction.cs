using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts.Events;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Streams.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// The only caller of begin, commit and abort. Rows and progress go out in one Kafka transaction. After any failure
/// the object is finished: its successor's <see cref="Initialize"/> completes or aborts what was open, and the epoch
/// it takes keeps a late end of this one from touching a later transaction (KAFKA-17754). After a commit that may have
/// been asked for twice, the producer is replaced for the same reason.
/// </summary>
internal sealed class RelayTransaction : IDisposable
{
    private const long BytesMax = 64 << 20;
    private const int QueueKbytes = 8 << 10;
    private const int MessageBytesDefault = 1_000_000; // librdkafka's
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(5);
    private readonly ProducerConfig _config;
    private readonly OutboxRelayOptions _options;
    private readonly ILogger _logger;
    private readonly byte[] _progressKey;
    private readonly RelaySpans _spans;
    private long _openedAt;
    private long _bytes;
    private readonly ConcurrentQueue<Guid> _refused = new();
    private volatile Error? _failure;
    private IProducer<byte[], byte[]> _producer;

    public RelayTransaction(KafkaSettings kafka, OutboxRelayOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _spans = new RelaySpans(options.TransactionalId, options.Topic);
        _progressKey = Encoding.UTF8.GetBytes(options.Slot);
        _config = kafka.TransactionalProducer(options.TransactionalId, options.TransactionTimeout);
        _config.RetryBackoffMs = (int)RequestRepetition.Backoff.TotalMilliseconds;

        // its default is a gigabyte; one message must fit whatever the limit of a message is
        _config.QueueBufferingMaxKbytes ??=
            QueueKbytes + ((_config.MessageMaxBytes ?? MessageBytesDefault) / 1024);
        _producer = Build();
    }

    /// <summary>Rows handed over since the transaction began.</summary>
    public int Rows { get; private set; }

    /// <summary>Whether it holds as many rows, or bytes, as one transaction may.</summary>
    public bool IsFull => Rows >= _options.RowsMax || _bytes >= BytesMax;

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

    /// <summary>Sends a row; a suspect in a batch of its own.</summary>
    /// <returns>Why it can never be sent; none: it is on its way.</returns>
    /// <exception cref="RowsRefusedException">The broker refuses it, or others before it.</exception>
    public string? Add(OutboxEntry entry, bool isSuspect)
    {
        if (OutboxRouter.Refusal(entry) is { } impossible)
            return impossible;
        Open();
        if (isSuspect)
            Flush();
        var message = OutboxRouter.Route(entry);
        try
        {
            Produce(_options.Topic, message);
        }
        catch (ProduceException<byte[], byte[]> refused) when (Failures.IsOfOneRecord(refused.Error.Code))
        {
            return $"{refused.Error.Reason}: the record has {message.Value.Length} bytes without key and headers, more"
                + " than message.max.bytes of the relay's producer (setting Kafka__message.max.bytes)";
        }

        _spans.Send(entry);
        Rows++;
        _bytes += message.Value.Length;
        if (isSuspect)
            Flush();
        return null;
    }

    /// <summary>Rows and progress, or neither.</summary>
    public void Commit(RelayProgress progress, Action beforeCommit, CancellationToken cancellation)
    {
        Open();
        Produce(_options.ProgressTopic, new Message<byte[], byte[]> { Key = _progressKey, Value = progress.ToBytes() });
        beforeCommit();

        // flushed before, so that the call which follows is short enough to tell whether the client had to ask twice
        Flush();

        // It flushes first, and fails if a record did. Retriable errors are answered by the same call, which picks up
        // where it was (librdkafka, "Transactional producer API"); any other leaves the outcome open, and us
        // finished.
        var asked = Stopwatch.GetTimestamp();
        var repeated = false;
        try
        {
            repeated = Retry(
                () => _producer.CommitTransaction(CallTimeout), _options.TransactionTimeout * 2, cancellation);
        }
        catch (KafkaException) when (!_refused.IsEmpty)
        {
            // ThrowIfFailed says which rows it was
        }

        ThrowIfFailed();
        _spans.End();
        IsOpen = false;
        Rows = 0;
        _bytes = 0;
        if (repeated || Stopwatch.GetElapsedTime(asked) >= RequestRepetition.AskedOnce)
            Replace(cancellation);
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

    /// <summary>Throws what the client has told of since the last call.</summary>
    /// <exception cref="RowsRefusedException">The broker has refused a batch.</exception>
    /// <exception cref="KafkaException">Another failure.</exception>
    public void ThrowIfFailed()
    {
        if (_failure is not { } failure)
            return;
        if (!_refused.IsEmpty)
            throw new RowsRefusedException([.. _refused], $"{failure.Reason} (max.message.bytes of the topic)");
        throw new KafkaException(failure);
    }

    private IProducer<byte[], byte[]> Build() => new ProducerBuilder<byte[], byte[]>(_config)
        .SetErrorHandler((_, error) => OnError(error, _logger))
        .SetLogHandler((_, _) => { })
        .Build();

    // A request that was sent twice may still arrive once more, and ends whatever the coordinator has open under this
    // epoch by then: a part of the next transaction. A successor's epoch refuses it.
    private void Replace(CancellationToken cancellation)
    {
        _logger.ProducerReplaced(_options.TransactionalId);
        _producer.Dispose();
        _producer = Build();
        Initialize(cancellation);
    }

    private void Flush()
    {
        _producer.Flush(_options.TransactionTimeout);
        ThrowIfFailed();
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
            ThrowIfFailed();
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
        if (!report.Error.IsError)
            return;
        if (Failures.IsOfOneRecord(report.Error.Code)
            && report.Message.Headers?.TryGetLastBytes(OrderEvent.EventIdHeader, out var id) == true)
            _refused.Enqueue(Guid.Parse(Encoding.ASCII.GetString(id)));
        _failure ??= new Error(report.Error.Code, $"{report.Topic}: {report.Error.Reason}", report.Error.IsFatal);
    }

    private void OnError(Error error, ILogger logger)
    {
        if (error.IsFatal)
            _failure ??= error;
        logger.KafkaError(error.Code, error.Reason);
    }

    /// <returns>Whether it was made more than once.</returns>
    private static bool Retry(Action call, TimeSpan limit, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        for (var repeated = false; ; repeated = true)
        {
            try
            {
                call();
                return repeated;
            }
            catch (KafkaRetriableException) when (Stopwatch.GetElapsedTime(start) < limit
                && !cancellation.IsCancellationRequested)
            {
            }
        }
    }
}
