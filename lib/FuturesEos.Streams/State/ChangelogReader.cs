using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.Input;
using FuturesEos.Streams.Tasks;
using FuturesEos.Streams.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.State;

/// <summary>
/// Brings the stores of restoring tasks up to their changelogs, a bounded piece at each call, so that the thread goes
/// on polling its input and stays in the group however long a restore takes. Reads committed records only, up to the
/// log end as it was at the beginning.
/// </summary>
internal sealed class ChangelogReader(
    StreamsOptions options,
    StoreOpener stores,
    Func<IConsumer<byte[]?, byte[]?>> makeConsumer,
    AdminQuestions admin,
    TimeProvider time,
    ILogger log) : IDisposable
{
    private const int RecordsEachCall = 20_000;

    private readonly List<StreamTask> _waiting = [];
    private readonly Dictionary<int, Restoration> _active = [];
    private IConsumer<byte[]?, byte[]?>? _consumer;
    private WaitNotice _boundsWait;

    public bool IsIdle => _waiting.Count == 0 && _active.Count == 0;

    public void Add(StreamTask task)
    {
        Remove(task);
        _waiting.Add(task);
    }

    public void Remove(StreamTask task)
    {
        _waiting.Remove(task);
        if (_active.Remove(task.Id.Partition) && _active.Count == 0)
            DropConsumer();
    }

    /// <summary>
    /// One piece of work, waiting at most this long for records. Finished tasks become <see cref="TaskState.Running"/>.
    /// </summary>
    public void Advance(TimeSpan wait)
    {
        if (_waiting.Count > 0)
            BeginWaiting();
        if (_active.Count == 0)
            return;
        var left = wait;
        for (var i = 0; i < RecordsEachCall && _active.Count > 0; i++)
        {
            if (!TryRead(left, out var result))
                break;
            left = TimeSpan.Zero;
            if (result is not null && _active.TryGetValue(result.Partition.Value, out var restoration))
                Take(restoration, result);
        }

        foreach (var restoration in _active.Values)
            ReportProgress(restoration);
    }

    public void Dispose() => DropConsumer();

    private void BeginWaiting()
    {
        var ready = _waiting.Where(t => t.Committed is not null || TryOpen(t)).ToList();
        if (ready.Count == 0)
            return;
        Dictionary<int, ChangelogBounds> bounds;
        try
        {
            bounds = admin.Ask(client => ChangelogBounds.Ask(client, ready.ConvertAll(t => t.Changelog)));
        }
        catch (KafkaException e) when (FailureTable.Of(e) != FailureClass.Stop)
        {
            if (_boundsWait.IsDue(time))
            {
                log.WaitingForChangelog(
                    options.BootstrapServers, e.Error.Reason, _boundsWait.Elapsed(time).TotalSeconds);
            }

            return;
        }
        catch (KafkaException e)
        {
            throw new StreamsFatalException(
                $"The changelog {options.ChangelogTopic} cannot be read: {e.Error.Code} ({e.Error.Reason}).", e);
        }

        _boundsWait = default;
        foreach (var task in ready)
        {
            _waiting.Remove(task);
            Begin(task, bounds[task.Id.Partition]);
        }

        if (_active.Count > 0)
            ReadActive();
    }

    private bool TryOpen(StreamTask task)
    {
        if (stores.TryOpen(task.Id) is not { } store)
            return false;
        task.Open(store);
        return true;
    }

    private void Begin(StreamTask task, ChangelogBounds bounds)
    {
        var store = task.Committed!;
        task.ChangelogTopicId = bounds.TopicId;
        var fault = StoreValidation.Refuse(store.Position, task.Changelog, bounds, options.TombstoneRetention, time);
        if (fault is not null)
        {
            log.StoreWiped(task.Id, fault);
            store.Wipe();
        }

        var from = store.Position?.Offset ?? bounds.Start;
        var restoration = new Restoration(task, bounds.TopicId, from, bounds.End, time);
        if (restoration.IsAtTarget)
        {
            Finish(restoration);
            return;
        }

        log.RestoreBegins(task.Id, from, bounds.End);
        _active[task.Id.Partition] = restoration;
    }

    private bool TryRead(TimeSpan wait, out ConsumeResult<byte[]?, byte[]?>? result)
    {
        try
        {
            result = _consumer!.Consume(wait);
            return result is not null;
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange
            && _active.TryGetValue(e.ConsumerRecord.Partition.Value, out var broken))
        {
            // the log start moved past the position while it was read: what lay between is gone,
            // so everything is read anew
            log.StoreWiped(broken.Task.Id, $"the changelog no longer holds offset {broken.Position}");
            broken.Task.Committed!.Wipe();
            Add(broken.Task);
            result = null;
            return false;
        }
        catch (ConsumeException e) when (FailureTable.Of(e) != FailureClass.Stop)
        {
            log.PollAgain(e.Error.Code, e.Error.Reason);
            result = null;
            return false;
        }
        catch (ConsumeException e)
        {
            throw new StreamsFatalException(
                $"The changelog {options.ChangelogTopic} cannot be read: {e.Error.Code} ({e.Error.Reason}).", e);
        }
    }

    private void Take(Restoration restoration, ConsumeResult<byte[]?, byte[]?> result)
    {
        restoration.Take(result);
        if (!restoration.IsAtTarget && !restoration.IsBatchFull)
            return;
        restoration.ApplyBatch();
        CrashPoints.Reach(CrashPoint.InRestore);
        if (!restoration.IsAtTarget)
            return;
        Remove(restoration.Task);
        Finish(restoration);
    }

    private void Finish(Restoration restoration)
    {
        log.RestoreDone(
            restoration.Task.Id, restoration.Records, restoration.Elapsed.TotalSeconds, restoration.Position);
        StreamsTelemetry.Restored(restoration.Records, restoration.Elapsed);
        var changelog = restoration.Task.Changelog;
        StreamsSpans.Restored(
            changelog.Topic, changelog.Partition.Value, restoration.Records, restoration.Elapsed, time.GetUtcNow());
        CrashPoints.Reach(CrashPoint.AfterRestore);
        restoration.Task.Become(TaskState.Running);
    }

    // Needs librdkafka 2.16: before, one that was assigned anew before its last stop was answered aborted the process.
    private void ReadActive()
    {
        _consumer ??= makeConsumer();
        _consumer.Assign(_active.Values.Select(r => new TopicPartitionOffset(r.Task.Changelog, r.Position)));
    }

    private void DropConsumer()
    {
        _consumer?.Dispose();
        _consumer = null;
    }

    private void ReportProgress(Restoration restoration)
    {
        if (!restoration.Progress.IsDue(time))
            return;
        if (restoration.Records == restoration.RecordsTold)
            log.RestoreWaitsForTransaction(restoration.Task.Id, restoration.Position, restoration.Target);
        else
            log.RestoreProgress(
                restoration.Task.Id, restoration.Records, restoration.Percent, restoration.Position, restoration.Target,
                restoration.Records / Math.Max(0.001, restoration.Elapsed.TotalSeconds));
        restoration.RecordsTold = restoration.Records;
    }
}
