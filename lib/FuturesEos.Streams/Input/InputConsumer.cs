using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Input;

/// <summary>
/// The group member: polls, pauses, seeks. Rebalance callbacks run inside a poll, and an exception thrown in one would
/// take the polled record with it and unassign everything; so a failure is kept and thrown after the poll.
/// </summary>
internal sealed class InputConsumer : IDisposable
{
    private static readonly TimeSpan OffsetsLimit = TimeSpan.FromSeconds(5);

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IAssignmentListener _listener;
    private readonly InputBounds _bounds;
    private readonly ILogger _log;
    private Exception? _callbackFailure;
    private bool _isClosed;
    private bool _isMute;

    public InputConsumer(
        ConsumerConfig config, IReadOnlyList<string> topics, IAssignmentListener listener, InputBounds bounds,
        ILogger log, Action<Error> onClientError)
    {
        _bounds = bounds;
        _listener = listener;
        _log = log;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((_, _) => Keep(listener.Revoked))
            .SetPartitionsLostHandler((_, _) => Keep(listener.Lost))
            .SetErrorHandler((_, error) => onClientError(error))
            .SetLogHandler((_, message) => log.Client(message.Level.ToLogLevel(), message.Name, message.Message))
            .Build();
        _consumer.Subscribe(topics);
    }

    /// <summary>
    /// Taken anew for each commit: a stale one, or none, would switch the fencing of zombies off (KIP-447).
    /// </summary>
    public IConsumerGroupMetadata GroupMetadata => _consumer.ConsumerGroupMetadata;

    /// <summary>
    /// Polls up to <paramref name="limit"/> events into the listener; the first poll waits. Returns how many came.
    /// </summary>
    public int Poll(TimeSpan wait, int limit)
    {
        var waitMs = (int)Math.Ceiling(wait.TotalMilliseconds);
        var count = 0;
        while (count < limit)
        {
            ConsumeResult<byte[]?, byte[]?>? result = null;
            var failed = false;
            try
            {
                result = _consumer.Consume(waitMs);
            }
            catch (ConsumeException e)
            {
                failed = true;
                React(e);
            }

            // the record first: the same poll can bring a record and a rebalance that failed
            waitMs = 0;
            if (result is not null)
                _listener.Fetched(result);
            ThrowKept();
            if (result is null && !failed)
                break;
            count++;
        }

        return count;
    }

    /// <summary>
    /// A partition far ahead of its siblings is paused; librdkafka then fetches again from the position,
    /// so not for little.
    /// </summary>
    public void Bound(PartitionGroup group, int most)
    {
        foreach (var queue in group.Queues)
        {
            if (!queue.IsPaused && queue.Count > most)
                Pause(queue);
            else if (queue.IsPaused && queue.Count < most / 4)
                Resume(queue);
        }
    }

    /// <summary>
    /// Sets every partition back to where reading begins, and tells where that is.
    /// No client does so by itself after an abort.
    /// </summary>
    /// <exception cref="KafkaException">The offsets are not known now, or a partition cannot be set back:
    /// to be called again.</exception>
    public IReadOnlyCollection<TopicPartitionOffset> Rewind(IReadOnlyCollection<RecordQueue> queues)
    {
        if (queues.Count == 0)
            return [];
        var starts = Starts(queues.Select(q => q.Partition)).ToDictionary(s => s.TopicPartition);
        foreach (var queue in queues)
        {
            if (queue.IsPaused)
                Resume(queue);
            try
            {
                _consumer.Seek(starts[queue.Partition]);
            }
            catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_State && !queue.HasFetched)
            {
                // not fetching yet: the client is about to begin there itself, and nothing was read before it
                _log.PollAgain(e.Error.Code, e.Error.Reason);
            }
        }

        return starts.Values;
    }

    /// <summary>
    /// How far a partition's end lies ahead of what was polled, as the last fetch told it: nothing is asked.
    /// </summary>
    public long Lag(RecordQueue queue)
    {
        var end = _consumer.GetWatermarkOffsets(queue.Partition).High.Value;
        return end < 0 || queue.Position < 0 ? long.MaxValue : end - queue.Position;
    }

    /// <summary>Leaves the group; partitions are revoked on the way, so that what is open is committed.</summary>
    public void Close()
    {
        _isClosed = true;
        _consumer.Close();
        ThrowKept();
    }

    /// <summary>
    /// Whoever was not closed has failed: it leaves the group with nothing done on the way, so that others take over at
    /// once. The client asks for that at most five seconds long (LeaveGroupRequest is best-effort).
    /// </summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isMute = true;
            try
            {
                _consumer.Close();
            }
            catch (KafkaException e)
            {
                _log.LeaveFailed(e.Error.Code, e.Error.Reason);
            }
        }

        _consumer.Dispose();
    }

    /// <summary>
    /// The client is told where to begin, so that this is known before the first fetch is answered: brokers hold that
    /// of an empty partition for half a second, and the other partitions of its task would wait for it.
    /// </summary>
    private List<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        Keep(() => _listener.Assigned(partitions));
        if (_isMute)
            return [];
        try
        {
            var starts = Starts(partitions);
            foreach (var start in starts)
                _listener.BeginsAt(start.TopicPartition, start.Offset.Value);
            return starts;
        }
        catch (KafkaException e)
        {
            _log.PollAgain(e.Error.Code, e.Error.Reason);
            return partitions.ConvertAll(p => new TopicPartitionOffset(p, Offset.Unset));
        }
    }

    /// <summary>
    /// The committed offsets, and the beginnings of partitions that have none (KAFKA-9079). Asked for with
    /// require-stable: an offset that hangs on an open transaction is waited for.
    /// </summary>
    private List<TopicPartitionOffset> Starts(IEnumerable<TopicPartition> partitions)
    {
        var starts = _consumer.Committed(partitions, OffsetsLimit);
        var never = starts.Where(s => s.Offset == Offset.Unset).Select(s => s.TopicPartition).ToList();
        if (never.Count == 0)
            return starts;
        var beginnings = _bounds.Beginnings(never);
        return starts.ConvertAll(s => s.Offset == Offset.Unset
            ? new TopicPartitionOffset(s.TopicPartition, beginnings[s.TopicPartition])
            : s);
    }

    private void Pause(RecordQueue queue)
    {
        _consumer.Pause([queue.Partition]);
        queue.IsPaused = true;
    }

    private void Resume(RecordQueue queue)
    {
        _consumer.Resume([queue.Partition]);
        queue.IsPaused = false;
    }

    private void React(ConsumeException e)
    {
        if (FailureTable.IsMissingTopic(e.Error.Code))
            _log.PollWaits(e.Error.Code, e.Error.Reason);
        else if (FailureTable.Of(e) == FailureClass.Stop)
            throw new StreamsFatalException($"The input cannot be read: {e.Error.Code} ({e.Error.Reason}).", e);
        else if (e.Error.IsFatal)
            throw new StreamsFatalException(
                $"The consumer failed for good: {e.Error.Code} ({e.Error.Reason}). Start again.", e);
        else
            _log.PollAgain(e.Error.Code, e.Error.Reason);
    }

    private void Keep(Action callback)
    {
        if (_isMute)
            return;
        try
        {
            callback();
        }
        catch (Exception e)
        {
            _callbackFailure ??= e;
        }
    }

    private void ThrowKept()
    {
        if (_callbackFailure is not { } failure)
            return;
        _callbackFailure = null;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }
}
