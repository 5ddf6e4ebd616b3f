using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Input;

/// <summary>
/// The group member: polls, pauses, seeks. Rebalance callbacks run inside a poll, and an exception thrown in one would take the polled
/// record with it and unassign everything; so a failure is kept and thrown after the poll.
/// </summary>
internal sealed class InputConsumer : IDisposable
{
    private static readonly TimeSpan OffsetsLimit = TimeSpan.FromSeconds(5);

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IAssignmentListener _listener;
    private readonly ILogger _log;
    private Exception? _callbackFailure;

    public InputConsumer(ConsumerConfig config, IReadOnlyList<string> topics, IAssignmentListener listener, ILogger log,
        Action<Error> onClientError)
    {
        _listener = listener;
        _log = log;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetPartitionsAssignedHandler((_, partitions) => Keep(() => listener.Assigned(partitions)))
            .SetPartitionsRevokedHandler((_, partitions) => Keep(listener.Revoked))
            .SetPartitionsLostHandler((_, partitions) => Keep(listener.Lost))
            .SetErrorHandler((_, error) => onClientError(error))
            .SetLogHandler((_, message) => log.Client(message.Level.ToLogLevel(), message.Name, message.Message))
            .Build();
        _consumer.Subscribe(topics);
    }

    /// <summary>Taken anew for each commit: a stale one, or none, would switch the fencing of zombies off (KIP-447).</summary>
    public IConsumerGroupMetadata GroupMetadata => _consumer.ConsumerGroupMetadata;

    /// <summary>Polls up to <paramref name="limit"/> events into the listener; the first poll waits. Returns how many came.</summary>
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

    public void Pause(RecordQueue queue)
    {
        _consumer.Pause([queue.Partition]);
        queue.IsPaused = true;
    }

    public void Resume(RecordQueue queue)
    {
        _consumer.Resume([queue.Partition]);
        queue.IsPaused = false;
    }

    /// <summary>
    /// Sets every partition back to its committed offset, or to its beginning when none is committed (KAFKA-9079). No client does so by
    /// itself after an abort. The offsets are asked for with require-stable: one that hangs on an open transaction is waited for.
    /// </summary>
    public void Rewind(IReadOnlyCollection<RecordQueue> queues)
    {
        var committed = _consumer.Committed(queues.Select(q => q.Partition), OffsetsLimit)
            .ToDictionary(c => c.TopicPartition, c => c.Offset);
        foreach (var queue in queues)
        {
            if (queue.IsPaused)
                Resume(queue);
            var offset = committed[queue.Partition];
            try
            {
                _consumer.Seek(new TopicPartitionOffset(queue.Partition, offset == Offset.Unset ? Offset.Beginning : offset));
            }
            catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_State && !queue.HasFetched)
            {
                // not fetching yet: the client is still asking for the committed offset itself, and nothing was read before it
                _log.PollAgain(e.Error.Code, e.Error.Reason);
            }
        }
    }

    /// <summary>How far a partition's end lies ahead of what was polled, as the last fetch told it: nothing is asked.</summary>
    public long Lag(RecordQueue queue)
    {
        var end = _consumer.GetWatermarkOffsets(queue.Partition).High.Value;
        return end < 0 || queue.Position < 0 ? long.MaxValue : end - queue.Position;
    }

    /// <summary>Leaves the group; partitions are revoked on the way, so that what is open is committed.</summary>
    public void Close()
    {
        _consumer.Close();
        ThrowKept();
    }

    public void Dispose() => _consumer.Dispose();

    private void React(ConsumeException e)
    {
        // a topic that is missing for a moment (metadata on its way, a topic made again) is waited for; rights are not
        if (e.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition)
            _log.PollWaits(e.Error.Code, e.Error.Reason);
        else if (FailureTable.Of(e) == FailureClass.Stop)
            throw new StreamsFatalException($"The input cannot be read: {e.Error.Code} ({e.Error.Reason}).", e);
        else if (e.Error.IsFatal)
            throw new StreamsFatalException($"The consumer failed for good: {e.Error.Code} ({e.Error.Reason}). Start again.", e);
        else
            _log.PollAgain(e.Error.Code, e.Error.Reason);
    }

    private void Keep(Action callback)
    {
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
