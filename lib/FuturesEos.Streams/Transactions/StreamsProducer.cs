using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Transactions;

/// <summary>
/// The only caller of begin, send offsets, commit and abort. Every failure leaves here as one of three reactions: the
/// same call was made again until it went through, <see cref="TransactionRewoundException"/>,
/// or <see cref="StreamsFatalException"/>.
/// </summary>
/// <remarks>
/// Used by the stream thread alone, which also serves the delivery reports (no background poll): no lock is needed, and
/// none is held over a client call.
/// </remarks>
internal sealed class StreamsProducer : IDisposable
{
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnotherProducer = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastReports = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OnTheWire = TimeSpan.FromMilliseconds(2);

    private readonly StreamsOptions _options;
    private readonly ProducerConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TransactionEnds _ends;
    private readonly Action<Error> _onClientError;
    private readonly Action<DeliveryReport<byte[]?, byte[]?>> _onOutput;
    private readonly Action<DeliveryReport<byte[]?, byte[]?>> _onChangelog;
    private readonly Dictionary<int, long> _changelogEnds = [];
    private readonly OffsetSender _offsetSender = new();
    private IProducer<byte[]?, byte[]?>? _producer;
    private TransactionBudget _budget;
    private WaitNotice _waiting;
    private Error? _deliveryFailure;
    private string? _deliveryFailureTopic;
    private long _sent;
    private long _delivered;
    private bool _initialized;
    private bool _mayHaveAskedTwice;

    public StreamsProducer(
        StreamsOptions options, ProducerConfig config, TransactionEnds ends, TimeProvider time, ILogger log,
        Action<Error> onClientError)
    {
        _options = options;
        _config = config;
        _ends = ends;
        _time = time;
        _log = log;
        _onClientError = onClientError;
        _onOutput = report =>
        {
            if (Delivered(report))
                _ends.Wrote(report.Topic, report.Partition.Value);
        };
        _onChangelog = report =>
        {
            var (partition, end) = (report.Partition.Value, report.Offset.Value + 1);
            if (Delivered(report))
                _changelogEnds[partition] = Math.Max(_changelogEnds.GetValueOrDefault(partition), end);
        };
    }

    public string TransactionalId => _config.TransactionalId;

    public bool InTransaction { get; private set; }

    public bool IsInitialized => _initialized;

    /// <summary>The open transaction has records, not offsets alone.</summary>
    public bool HasSent => _sent > 0;

    /// <summary>Age of the open transaction.</summary>
    public TimeSpan Age => _budget.Elapsed;

    /// <summary>
    /// Makes the producer and fences its predecessor, which finishes or aborts what that one left open. False: not yet,
    /// and the wait is logged; the same call goes on where this one stopped.
    /// </summary>
    public bool TryInitialize(TimeSpan wait)
    {
        if (_initialized)
            return true;
        try
        {
            _producer ??= Build();
            _producer.InitTransactions(wait);
        }
        catch (KafkaException e)
        {
            switch (FailureTable.Of(e))
            {
                case FailureClass.Stop:
                    throw Fatal("initialise transactions", e.Error, e);
                case FailureClass.RetrySameCall:
                    NoteWait(e.Error);
                    return false;
                default:
                    NoteWait(e.Error);
                    Discard();
                    Thread.Sleep(AnotherProducer);
                    return false;
            }
        }

        _waiting = default;
        _initialized = true;
        _mayHaveAskedTwice = false;
        CrashPoints.Reach(CrashPoint.AfterProducerInitialized);
        return true;
    }

    public void Begin()
    {
        try
        {
            Current.BeginTransaction();
        }
        catch (KafkaException e)
        {
            throw Rewound("begin a transaction", e, outcomeUnknown: false);
        }

        InTransaction = true;
        _budget = new TransactionBudget(_time, _options.TransactionTimeout);
        _sent = _delivered = 0;
        _deliveryFailure = null;
        _changelogEnds.Clear();
        _ends.Began();
    }

    public void Send(string topic, Message<byte[]?, byte[]?> message)
    {
        _ends.Sends(topic);
        Send(new TopicPartition(topic, Partition.Any), message, _onOutput);
    }

    public void SendChangelog(TopicPartition changelog, byte[] key, byte[]? value)
    {
        _ends.Wrote(changelog.Topic, changelog.Partition.Value);
        Send(changelog, new Message<byte[]?, byte[]?> { Key = key, Value = value }, _onChangelog);
    }

    /// <summary>
    /// The offset after this transaction's last record in a changelog partition, from its delivery report;
    /// -1 = none sent.
    /// </summary>
    public long ChangelogEnd(int partition) => _changelogEnds.GetValueOrDefault(partition, -1);

    /// <summary>
    /// Adds the offsets and commits: the commit waits for every record's report and fails if one failed. Waiting for
    /// them first leaves the calls that follow short enough to tell whether the client had to ask twice.
    /// </summary>
    public void Commit(IReadOnlyCollection<TopicPartitionOffset> offsets, IConsumerGroupMetadata group)
    {
        Current.Flush(_budget.Left);
        CrashPoints.Reach(CrashPoint.AfterFlush);
        if (offsets.Count > 0)
            UntilBudgetEnds("send offsets to the transaction", false, left => SendOffsets(offsets, group, left));
        CrashPoints.Reach(CrashPoint.AfterOffsetsSent);
        Action<TimeSpan> commit = left => Current.CommitTransaction(left);
        CrashPoints.ReachDuringNextCall(CrashPoint.CommitInFlight, OnTheWire, commit);
        UntilBudgetEnds("commit the transaction", true, commit);
        EndTransaction(isCommitted: true);
        for (var served = 1; served > 0 && _delivered != _sent;)
            served = Current.Poll(LastReports); // a flush that ran out of time leaves some with the client
        if (_deliveryFailure is not null || _delivered != _sent)
        {
            var reason = _deliveryFailure?.Reason ?? "no report of the others";
            throw new StreamsFatalException(
                $"The commit of {TransactionalId} was reported done with {_delivered} of {_sent} records delivered "
                    + $"({reason}): its offsets are committed, and outputs may be missing. Compare inputs and outputs "
                    + "before anything goes on; set the group's offsets back to make them again.");
        }

        ReplaceIfAskedTwice();
    }

    /// <summary>
    /// Aborts what is open. A producer that cannot is discarded: its successor's initialisation aborts for it.
    /// </summary>
    public void Abort()
    {
        if (!InTransaction)
            return;
        EndTransaction();
        try
        {
            var asked = _time.GetTimestamp();
            Current.AbortTransaction(AbortLimit);
            NoteDuration(asked);
            ReplaceIfAskedTwice();
        }
        catch (KafkaException e)
        {
            _log.AbortFailed(TransactionalId, e.Error.Code, e.Error.Reason);
            Discard();
        }
    }

    /// <summary>Drops the producer; the next <see cref="TryInitialize"/> makes another of the same id.</summary>
    public void Discard()
    {
        EndTransaction();
        _initialized = false;
        _producer?.Dispose();
        _producer = null;
    }

    /// <summary>Serves delivery reports and errors.</summary>
    public void Serve() => _producer?.Poll(TimeSpan.Zero);

    public void Dispose() => Discard();

    private void NoteWait(Error error)
    {
        if (_waiting.IsDue(_time))
        {
            _log.WaitingForCoordinator(
                TransactionalId, _options.BootstrapServers, error.Reason, _waiting.Elapsed(_time).TotalSeconds);
        }
    }

    private void EndTransaction(bool isCommitted = false)
    {
        if (InTransaction)
            _ends.Ended(isCommitted, allDelivered: _delivered == _sent);
        InTransaction = false;
    }

    private IProducer<byte[]?, byte[]?> Current =>
        _producer ?? throw new InvalidOperationException("The producer is not initialised.");

    private IProducer<byte[]?, byte[]?> Build() => new ProducerBuilder<byte[]?, byte[]?>(_config)
        .SetErrorHandler((_, error) => _onClientError(error))
        .SetLogHandler((_, message) => _log.Client(message.Level.ToLogLevel(), message.Name, message.Message))
        .Build();

    private void Send(
        TopicPartition to, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>> onReport)
    {
        while (true)
        {
            try
            {
                Current.Produce(to, message, onReport);
                _sent++;
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (
                e.Error.Code == ErrorCode.Local_QueueFull && !_budget.IsOver)
            {
                Current.Poll(TimeSpan.FromMilliseconds(10));
            }
            catch (ProduceException<byte[]?, byte[]?> e)
            {
                // a transaction that has failed meanwhile refuses records with "erroneous state": the report that
                // failed it says more
                if (_deliveryFailure is { } failure && FailureTable.Of(failure.Code) == FailureClass.Stop)
                    throw Fatal($"send to {_deliveryFailureTopic}", failure, e);
                throw Rewound($"send to {to.Topic}", e, outcomeUnknown: false);
            }
        }
    }

    private void SendOffsets(
        IReadOnlyCollection<TopicPartitionOffset> offsets, IConsumerGroupMetadata group, TimeSpan left)
    {
        if (_offsetSender.TrySend(Current, offsets, group, left))
            return;
        _producer = null; // the sender's by now
        Discard();
        throw new TransactionRewoundException(
            $"{TransactionalId} could not send offsets to the transaction: the client found no coordinator of the "
                + $"group in {left.TotalSeconds:0.#} s, and does not come back",
            replaceProducer: true, outcomeUnknown: false, null);
    }

    private bool Delivered(DeliveryReport<byte[]?, byte[]?> report)
    {
        if (report.Error.Code == ErrorCode.NoError)
        {
            _delivered++;
            return true;
        }

        if (_deliveryFailure is null || FailureTable.Of(report.Error.Code) == FailureClass.Stop)
        {
            _deliveryFailure = report.Error;
            _deliveryFailureTopic = report.Topic;
        }

        return false;
    }

    private void UntilBudgetEnds(string what, bool outcomeUnknown, Action<TimeSpan> call)
    {
        while (true)
        {
            try
            {
                var asked = _time.GetTimestamp();
                call(_budget.Left);
                NoteDuration(asked);
                return;
            }
            catch (KafkaException e) when (FailureTable.Of(e) == FailureClass.RetrySameCall && !_budget.IsOver)
            {
                _mayHaveAskedTwice = true;
                _log.RetryingCall(TransactionalId, what, e.Error.Code, e.Error.Reason);
                _producer?.Poll(TimeSpan.FromMilliseconds(50));
            }
            catch (KafkaException e)
            {
                throw Rewound(what, e, outcomeUnknown);
            }
        }
    }

    /// <summary>
    /// librdkafka repeats a request whose connection broke by itself, and tells nobody; it waits its back-off first.
    /// </summary>
    private void NoteDuration(long asked) =>
        _mayHaveAskedTwice |= _time.GetElapsedTime(asked) >= RequestRepetition.AskedOnce;

    /// <summary>
    /// A request that was sent twice may still arrive once more, and ends whatever the coordinator has open under this
    /// epoch by then (KAFKA-17754): a part of the next transaction. A successor's epoch refuses it.
    /// </summary>
    private void ReplaceIfAskedTwice()
    {
        if (!_mayHaveAskedTwice)
            return;
        _log.ReplacedInDoubt(TransactionalId);
        StreamsTelemetry.ProducerReplaced();
        Discard();
    }

    private Exception Rewound(string what, KafkaException e, bool outcomeUnknown)
    {
        if (_deliveryFailure is { } failure && FailureTable.Of(failure.Code) == FailureClass.Stop)
            return Fatal($"send to {_deliveryFailureTopic}", failure, e);
        return FailureTable.Of(e) switch
        {
            FailureClass.Stop => Fatal(what, e.Error, e),

            // out of time: whatever was asked for may still happen, so this producer asks for nothing more
            FailureClass.RetrySameCall => new TransactionRewoundException(
                $"{TransactionalId} could not {what} within the transaction's "
                    + $"{_options.TransactionTimeout.TotalSeconds:0.#} s: {e.Error.Reason}",
                replaceProducer: true, outcomeUnknown, e),
            var reaction => new TransactionRewoundException(
                $"{TransactionalId} could not {what}: {e.Error.Code} ({e.Error.Reason})",
                reaction == FailureClass.ReplaceProducerAndRewind, outcomeUnknown, e),
        };
    }

    private StreamsFatalException Fatal(string what, Error error, Exception cause) => new(
        $"{TransactionalId} could not {what}: {error.Code} ({error.Reason}). "
            + "Nothing of the open transaction is visible; put this right and start again.",
        cause);
}
