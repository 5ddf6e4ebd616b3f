using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.Input;
using FuturesEos.Streams.State;
using FuturesEos.Streams.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Tasks;

/// <summary>
/// One consumer, one transactional producer and their tasks, on one thread:
/// <code>
///   poll ──► (recover) ──► (restore) ──► process ──► commit when due ──► poll …
///                 ▲                         │           │
///                 └── abort and rewind ◄────┴───────────┘
/// </code>
/// Whatever goes wrong inside a transaction ends in the one place that drops what was staged, ends or replaces the
/// producer, and sets the input back to the committed offsets.
/// </summary>
internal sealed partial class StreamThread : IAssignmentListener, IDisposable
{
    private const int PollLimit = 2_000;
    private const int ProcessChunk = 64;
    private const int FencesEachMinute = 10;
    private const int LiveLag = 100;

    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan InitializeWait = TimeSpan.FromSeconds(1);

    private readonly StreamsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConsumerConfig _consumerConfig;
    private readonly StreamsProducer _producer;
    private readonly TransactionEnds _ends;
    private readonly AdminQuestions _admin;
    private readonly ChangelogReader _reader;
    private readonly InputBounds _bounds;
    private readonly List<PartitionGroup> _needEnds = [];
    private readonly CommitPace _pace;
    private readonly TaskManager _tasks;
    private readonly List<TopicPartitionOffset> _offsets = [];
    private readonly RewindPolicy _rewinds;
    private readonly ClientErrors _clientErrors;
    private InputConsumer? _input;
    private Activity? _span;
    private WaitNotice _offsetsWait;
    private long _rewindStarted;
    private long _rebalanceStarted;
    private bool _waitsForEnds;
    private int _records;
    private bool _recovering;
    private bool _moreReady;
    private bool _isReady;
    private volatile string? _waitsFor;
    private long _turns;

    public StreamThread(
        StreamsOptions options, StateFolder folder, int number, Func<TaskId, ITaskProcessor> makeProcessor,
        TimeProvider time, ILogger log)
    {
        _options = options;
        _time = time;
        _log = log;
        _rewinds = new RewindPolicy(time, FencesEachMinute);
        _clientErrors = new ClientErrors(options, time, log);
        _consumerConfig = KafkaClients.Consumer(options, folder.InstanceId, number);
        _admin = new AdminQuestions(
            () => KafkaClients.BuildAdmin(KafkaClients.Admin(options, folder.InstanceId, number), log, _clientErrors));
        var producer = KafkaClients.Producer(options, folder.InstanceId, number);
        _ends = new TransactionEnds(options, producer.TransactionalId, _admin, time, log);
        _producer = new StreamsProducer(options, producer, _ends, time, log, _clientErrors.Take);
        _reader = new ChangelogReader(options, new StoreOpener(options, folder, log),
            () => KafkaClients.BuildRestore(
                KafkaClients.Restore(options, folder.InstanceId, number), log, _clientErrors),
            _admin, time, log);
        _pace = new CommitPace(options, time);
        _bounds = new InputBounds(options.BootstrapServers, _admin, time, log);
        _tasks = new TaskManager(options, folder, _reader,
            id => new StreamTask(id, options, makeProcessor(id), _producer, log), log);
    }

    /// <summary>This member has an assignment, and all of its tasks run.</summary>
    public bool IsReady => Volatile.Read(ref _isReady);

    /// <summary>What has to come before it can go on; null: nothing.</summary>
    public string? WaitsFor
    {
        get => _waitsFor;
        private set => _waitsFor = value;
    }

    /// <summary>Counts the turns of the loop, for whoever asks whether it still turns.</summary>
    public long Turns => Volatile.Read(ref _turns);

    public void Run(CancellationToken stop)
    {
        // fence the predecessor first: what it left open is ended before anybody asks where to begin
        while (!_producer.TryInitialize(InitializeWait))
        {
            _producer.Serve(); // a refused login is told to the error handler alone, by a poll
            _clientErrors.ThrowIfAny();
            if (stop.IsCancellationRequested)
                return;
        }

        _rebalanceStarted = _time.GetTimestamp();
        _input = new InputConsumer(_consumerConfig, _options.InputTopics, this, _bounds, _log, _clientErrors.Take);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Step();
            }
            catch (TransactionRewoundException e)
            {
                BeginRecovery(e);
            }
            catch (TaskCorruptedException e)
            {
                Rebuild(e);
            }
        }

        Leave();
    }

    public void Dispose()
    {
        // after a failure: what is open holds up no reader and others take over now,
        // not when transaction and session time out
        _producer.Abort();
        _producer.Dispose();
        _input?.Dispose();
        _reader.Dispose();
        _admin.Dispose();
        _tasks.Close();
    }

    public void Fetched(ConsumeResult<byte[]?, byte[]?> result)
    {
        var task = _tasks.Find(result.Partition.Value, result.Topic, out var topicIndex);
        if (task is null)
            return;
        if (_recovering)
            task.Input.Queues[topicIndex].Discarded();
        else if (result.IsPartitionEOF)
            task.Input.Queues[topicIndex].IsAt(result.Offset.Value);
        else
            task.Input.Add(topicIndex, result);
    }

    public void Assigned(IReadOnlyList<TopicPartition> partitions)
    {
        _clientErrors.Reached();
        _tasks.Assign(partitions);
    }

    public void BeginsAt(TopicPartition partition, long offset)
    {
        if (_tasks.Find(partition.Partition.Value, partition.Topic, out var topicIndex) is { } task)
            task.Input.Queues[topicIndex].IsAt(offset);
    }

    public void Revoked()
    {
        CrashPoints.Reach(CrashPoint.InRevoke);
        _rebalanceStarted = _time.GetTimestamp();
        try
        {
            CommitOpen();
        }
        finally
        {
            _log.Revoked(_tasks.Suspend());
            Volatile.Write(ref _isReady, false);
        }
    }

    public void Lost()
    {
        CrashPoints.Reach(CrashPoint.InLost);
        _rebalanceStarted = _time.GetTimestamp();
        _log.Lost(_tasks.Suspend());
        Volatile.Write(ref _isReady, false);

        // no commit: others may have gone on from the committed offsets already, and the group would refuse it anyway
        if (_producer.InTransaction)
        {
            BeginRecovery(new TransactionRewoundException(
                "the partitions were lost", replaceProducer: false, outcomeUnknown: false, null));
        }
    }

    private void Step()
    {
        Volatile.Write(ref _turns, _turns + 1);
        if (_input!.Poll(PollWait(), PollLimit) > 0)
            CrashPoints.Reach(CrashPoint.AfterPoll);
        _producer.Serve();
        _clientErrors.ThrowIfAny();
        if (_clientErrors.TakeLostConnection())
            _ends.Doubt();
        if (_recovering ? !TryRecover() : !_producer.TryInitialize(InitializeWait))
        {
            WaitsFor = _producer.IsInitialized ? "the committed offsets" : "the transaction coordinator";
            return;
        }

        if (_tasks.AnyRestoring)
            _reader.Advance(_moreReady ? TimeSpan.Zero : IdleWait / 2);
        if (_tasks.BecameReady())
        {
            StreamsTelemetry.Rebalanced(_time.GetElapsedTime(_rebalanceStarted));
            Volatile.Write(ref _isReady, true);
        }

        var mayBegin = _producer.InTransaction || _ends.TryConfirm();
        WaitsFor = mayBegin ? null : "the end of its last transaction, whose marker is missing";
        _moreReady = mayBegin && Process();
        foreach (var task in _tasks.Owned)
            _input.Bound(task.Input, _options.MaxQueuedRecords);
        if (IsCommitDue)
            Commit();
    }

    private TimeSpan PollWait()
    {
        if (_moreReady || _tasks.AnyRestoring)
            return TimeSpan.Zero;
        var due = IdleWait;
        if (_producer.InTransaction && !_recovering)
            due = IsLive ? _pace.CommitDue : _options.CommitInterval - _producer.Age;
        if (_waitsForEnds && _pace.QuestionDue < due)
            due = _pace.QuestionDue;
        return due > TimeSpan.Zero ? due : TimeSpan.Zero;
    }

    /// <summary>
    /// Processes until nothing is ready or a commit is due; true when records are left that could be taken.
    /// </summary>
    private bool Process()
    {
        var any = true;
        while (any)
        {
            any = false;
            _needEnds.Clear();
            foreach (var task in _tasks.Owned)
            {
                if (task.State != TaskState.Running)
                    continue;
                for (var i = 0;
                    i < ProcessChunk && _records < _options.MaxTransactionRecords && task.Input.TryTake(out var record);
                    i++)
                {
                    if (!_producer.InTransaction)
                    {
                        _producer.Begin();
                        _span = StreamsSpans.Transaction(_producer.TransactionalId);
                    }

                    using (var span = StreamsSpans.Process(in record, _options.ApplicationId))
                    {
                        task.Process(in record);
                        StreamsSpans.Link(_span, span, _records);
                    }

                    any = true;
                    _records++;
                    CrashPoints.Reach(CrashPoint.AfterFirstRecord);
                }
                if (task.Input.NeedsEnds)
                    _needEnds.Add(task.Input);
            }

            any |= TryAskEnds();
            _producer.Serve();
            if (_producer.InTransaction && any && IsOldOrFull)
                return true;
        }

        return false;
    }

    private bool TryAskEnds()
    {
        _waitsForEnds = _needEnds.Count > 0 && _pace.QuestionDue > TimeSpan.Zero;
        if (_needEnds.Count == 0 || _waitsForEnds)
            return false;
        _pace.Asked();
        return _bounds.TryAskEnds(_needEnds);
    }

    private bool IsOldOrFull => _producer.Age >= _options.CommitInterval || _records >= _options.MaxTransactionRecords;

    private bool IsCommitDue => _producer.InTransaction && _records > 0
        && (IsOldOrFull || (_pace.CommitDue <= TimeSpan.Zero && IsLive));

    /// <summary>
    /// Everything that can be taken was, and hardly more is stored: what comes now has just been sent. Offsets alone
    /// are nobody's news.
    /// </summary>
    private bool IsLive => !_moreReady && _producer.HasSent && _tasks.AllWithin(LiveLag, _input!.Lag);

    /// <summary>The transaction: state and offsets become visible with the outputs, or none of them does.</summary>
    private void Commit()
    {
        var begun = _time.GetTimestamp();
        CrashPoints.Reach(CrashPoint.BeforeCommit);
        _offsets.Clear();
        foreach (var task in _tasks.Owned)
        {
            if (task.State != TaskState.Running)
                continue;
            task.PrepareCommit();
            task.Input.CollectOffsets(_offsets);
        }

        CrashPoints.Reach(CrashPoint.AfterChangelogWritten);
        _producer.Commit(_offsets, _input!.GroupMetadata);
        CrashPoints.Reach(CrashPoint.AfterCommit);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var task in _tasks.Owned)
        {
            if (task.State == TaskState.Running)
                task.ApplyCommitted(now);
        }

        CrashPoints.Reach(CrashPoint.AfterStoreWritten);
        StreamsTelemetry.Committed(_producer.Age, _records);
        EndSpan("committed");
        _pace.Committed(begun);
        _records = 0;
        _rewinds.Succeeded();
    }

    private void EndSpan(string outcome)
    {
        StreamsSpans.End(_span, outcome, _records, _tasks.Owned);
        _span = null;
    }

    private void Leave()
    {
        CommitOpen();
        _producer.Abort();
        _input!.Close();
    }

    private void CommitOpen()
    {
        try
        {
            if (_producer.InTransaction && !_recovering)
                Commit();
        }
        catch (TransactionRewoundException e)
        {
            BeginRecovery(e);
        }
    }
}
