using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.Transactions;

namespace FuturesEos.Streams.Tasks;

/// <summary>
/// Abort and rewind: what was staged is dropped, the producer ended or replaced, the input set back to the committed
/// offsets; tried again until the brokers tell them.
/// </summary>
internal sealed partial class StreamThread
{
    private void BeginRecovery(TransactionRewoundException e)
    {
        _log.Rewinding(e.Message);
        var reason = (e.InnerException as KafkaException)?.Error.Code.ToString() ?? "rewound";
        StreamsTelemetry.Aborted(_producer.Age, reason);
        EndSpan(reason);
        _rewinds.Failed(e, _producer.TransactionalId);
        _tasks.DropUncommitted();
        if (e.ReplaceProducer)
        {
            StreamsTelemetry.ProducerReplaced();
            _producer.Discard();
        }
        else
        {
            _producer.Abort();
        }

        CrashPoints.Reach(CrashPoint.AfterAbort);
        if (e.OutcomeUnknown)
            _tasks.RestoreAll();
        _records = 0;
        _moreReady = false;
        _recovering = true;
        _ends.Doubt();
        _rewindStarted = _time.GetTimestamp();
    }

    private bool TryRecover()
    {
        if (!_rewinds.MayTryNow || !_producer.TryInitialize(InitializeWait))
            return false;
        var queues = _tasks.Owned.SelectMany(t => t.Input.Queues).ToList();
        IReadOnlyCollection<TopicPartitionOffset> starts;
        try
        {
            starts = _input!.Rewind(queues);
        }
        catch (KafkaException e)
            when (FailureTable.Of(e) != FailureClass.Stop || FailureTable.IsMissingTopic(e.Error.Code))
        {
            if (_offsetsWait.IsDue(_time))
            {
                _log.WaitingForOffsets(
                    _options.BootstrapServers, e.Error.Reason, _offsetsWait.Elapsed(_time).TotalSeconds);
            }

            return false;
        }
        catch (KafkaException e)
        {
            throw new StreamsFatalException(
                $"The committed offsets cannot be read: {e.Error.Code} ({e.Error.Reason}).", e);
        }

        _offsetsWait = default;
        foreach (var task in _tasks.Owned)
            task.Input.Reset();
        foreach (var start in starts)
            BeginsAt(start.TopicPartition, start.Offset.Value);
        _recovering = false;
        _log.Rewound(queues.Count, _time.GetElapsedTime(_rewindStarted).TotalSeconds);
        return true;
    }

    private void Rebuild(TaskCorruptedException e)
    {
        foreach (var task in _tasks.Owned)
        {
            if (task.Committed is not { } store || store != e.Store)
                continue;
            _log.StoreWiped(task.Id, e.Message);
            store.Wipe();
        }

        BeginRecovery(new TransactionRewoundException(e.Message, replaceProducer: false, outcomeUnknown: true, e));
    }
}
