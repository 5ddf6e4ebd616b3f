using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.Input;
using FuturesEos.Streams.State;
using FuturesEos.Streams.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Tasks;

/// <summary>One partition number over all input topics, with its state. Owned by one stream thread.</summary>
internal sealed class StreamTask
{
    private readonly ILogger _log;
    private readonly StreamsProducer _producer;
    private StateStore? _store;
    private TaskContext? _context;

    public StreamTask(
        TaskId id, StreamsOptions options, ITaskProcessor processor, StreamsProducer producer, ILogger log)
    {
        Id = id;
        Input = new PartitionGroup(options.InputTopics, id.Partition);
        Changelog = new TopicPartition(options.ChangelogTopic, id.Partition);
        Processor = processor;
        _producer = producer;
        _log = log;
    }

    public TaskId Id { get; }

    public TaskState State { get; private set; }

    public PartitionGroup Input { get; }

    public TopicPartition Changelog { get; }

    public ITaskProcessor Processor { get; }

    /// <summary>Open from the first restore on; stays open while suspended.</summary>
    public ICommittedStore? Committed { get; private set; }

    /// <summary>The changelog topic's id, as the last restore found it.</summary>
    public string ChangelogTopicId { get; set; } = "";

    public void Become(TaskState next)
    {
        if (!State.MayBecome(next))
            throw new InvalidOperationException($"{Id} cannot go from {State} to {next}.");
        _log.TaskBecame(Id, State, next);
        StreamsTelemetry.TaskBecame(State, next);
        State = next;
    }

    public void Open(ICommittedStore committed)
    {
        Committed = committed;
        _store = new StateStore(committed);
        _context = new TaskContext(Id, _store, _producer.Send);
    }

    public void Process(in InputRecord record)
    {
        try
        {
            Processor.Process(in record, _context!);
        }
        catch (Exception e) when (
            e is not (TransactionRewoundException or StreamsFatalException or TaskCorruptedException))
        {
            throw new StreamsFatalException(
                $"The processor failed at {record.Topic}, partition {record.Partition}, offset {record.Offset}: "
                    + $"{e.GetType().Name}: {e.Message} "
                    + "Nothing of the open transaction is visible; the same record comes again after a restart.",
                e);
        }
    }

    /// <summary>
    /// The last writes of the transaction: the processor's, then the changelog, once for each touched key.
    /// </summary>
    public void PrepareCommit()
    {
        Processor.BeforeCommit(_context!);
        foreach (var (key, value) in _store!.Staged)
            _producer.SendChangelog(Changelog, key, value);
    }

    /// <summary>
    /// The transaction is committed: its state, and the changelog position that says so, go into the store in one step.
    /// </summary>
    public void ApplyCommitted(long nowMs)
    {
        Input.Committed();
        Processor.AfterCommit();
        var end = _producer.ChangelogEnd(Id.Partition);
        if (end < 0)
            return;
        var position = new ChangelogPosition(Changelog.Topic, ChangelogTopicId, Id.Partition, end, nowMs);
        CrashPoints.ReachDuringNextCall(CrashPoint.StoreWriteInFlight, TimeSpan.Zero);
        _store!.ApplyStaged(position);
    }

    /// <summary>
    /// Nothing that was not committed is left: staged state, fetched records, what the processor decoded from them.
    /// </summary>
    public void DropUncommitted()
    {
        _store?.DropStaged();
        Input.Reset();
        Processor.Forget();
    }

    public void Close(StateFolder folder)
    {
        Become(TaskState.Closed);
        if (Committed is null)
            return;
        Committed.Dispose();
        Committed = null;
        folder.Release(Id.Partition);
    }
}
