using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.Broker.History;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// Follows every log as it grows and knows from each value whose it is, so that it sees at once what no client may ever
/// be given: half a transaction, a write behind its end, a fenced producer's, a stable offset that is wrong.
/// </summary>
internal sealed class Witness(SimulationRun run)
{
    private static readonly TimeSpan SweepSlack = TimeSpan.FromSeconds(8);

    private readonly Dictionary<TopicPartition, FollowedLog> _logs = [];
    private readonly Dictionary<string, Guid> _topics = [];
    private readonly Dictionary<int, Work> _ofValue = [];
    private readonly Dictionary<long, Work> _ofPosition = [];
    private readonly List<(long Producer, short Epoch, IReadOnlyDictionary<TopicPartition, LogEnd> At)> _fences = [];
    private readonly List<long> _acknowledged = [];
    private readonly ForgottenIds _ids = new(run);
    private TimeSpan _healthySince;
    private int _value;
    private long _position;

    public List<Work> Works { get; } = [];

    public FollowedPositions Positions { get; } = new(run);

    public IEnumerable<FollowedLog> Logs => _logs.Values;

    public Work Begin(string name)
    {
        var work = new Work($"{name}.{Works.Count}");
        Works.Add(work);
        return work;
    }

    /// <summary>A value that was never sent before.</summary>
    public int NewValue(Work work, TopicPartition partition)
    {
        _ofValue[++_value] = work;
        if (partition.Topic == SimulatedBroker.Topic) work.Sent[_value] = (partition.Partition, -1);
        return _value;
    }

    /// <summary>A position that was never committed before; null where no transaction has it.</summary>
    public long NewPosition(Work? work)
    {
        if (work is not null) _ofPosition[_position + 1] = work;
        return ++_position;
    }

    public Work WorkOf(int value) => _ofValue[value];

    /// <summary>The broker has told that the work is over.</summary>
    public void End(Work work) => work.OverAt ??= Ends();

    /// <summary>The broker has given out an epoch: older ones of the producer write nothing any more.</summary>
    public void Fence(long producer, short epoch) => _fences.Add((producer, epoch, Ends()));

    /// <summary>A data batch was found in a log.</summary>
    public void Meet(TopicPartition partition, RecordBatch batch)
    {
        var (id, old, offset) = (batch.ProducerId, batch.ProducerEpoch, batch.BaseOffset);
        foreach (var (_, epoch, at) in _fences.Where(fence => fence.Producer == id && fence.Epoch > old))
        {
            if (IsBehind(at, partition, offset))
                run.Fail($"{partition}/{offset}: a write of epoch {old} got in behind epoch {epoch}");
        }
    }

    public void Meet(TopicPartition partition, long offset, Work work)
    {
        if (work.OverAt is { } over && IsBehind(over, partition, offset))
            run.Fail($"{partition}/{offset}: a write of {work.Name} got in after its end");
    }

    /// <summary>A marker was found over something of the work.</summary>
    public void Decide(Work work, bool isCommitted)
    {
        work.IsCommitted ??= isCommitted;
        if (work.IsCommitted != isCommitted) run.Fail($"{work.Name} is committed in one place and aborted in another");
    }

    /// <summary>A commit without a transaction was acknowledged.</summary>
    public void Acknowledge(long position) => _acknowledged.Add(position);

    /// <summary>
    /// The broker tells a position: it is the one that the log of positions leads to. With fsync = always it may be one
    /// of a moment ago, but never one that is not on the disk, nor one that was overwritten before anybody asked.
    /// </summary>
    public void CheckPosition(TopicPartition of, bool isStable, int changesBefore, OffsetFetchResponse.Partition told)
    {
        Look();
        var isUnstable = told.ErrorCode == KafkaError.UnstableOffsetCommit;
        if (!run.IsForced && isUnstable != (isStable && Positions.IsPending(of)))
            run.Fail($"the position of {of} is told as {told.ErrorCode}, and that is wrong of what is pending");
        if (isUnstable) return;
        if (!Positions.WasCommitted(of, told.CommittedOffset, run.IsForced ? changesBefore : Positions.Changes(of)))
            run.Fail($"the position of {of} is told as {told.CommittedOffset}, not {Positions.Committed(of)}");
    }

    /// <summary>Records before it were deleted, and the broker has said so.</summary>
    public void Delete(int partition, long before) => OfTopic(partition).Delete(before);

    /// <summary>Whether a value was in its log and lies before its start now.</summary>
    public bool IsDeleted(int value, int partition) => OfTopic(partition).IsDeleted(value);

    /// <summary>Where the records that are there begin and end.</summary>
    public (long Start, long End) RangeOf(int partition) => (OfTopic(partition).Start, OfTopic(partition).ReadableEnd);

    public Work? WorkOfPosition(long position) => _ofPosition.GetValueOrDefault(position);

    /// <summary>After each step: what is new in the logs, and whether they stand where they must.</summary>
    public void Look()
    {
        if (run.Broker.Core is not { } core || run.Broker.IsDead) return;
        ForgetDeleted(core.Topics);
        foreach (var log in core.Topics.Logs)
        {
            Followed(log).Follow(log);
            Followed(log).CheckStable(log);
        }
    }

    /// <summary>After a start: nothing that was readable is gone or has changed.</summary>
    public void LookAgain()
    {
        ForgetDeleted(run.Broker.Core!.Topics);
        foreach (var log in run.Broker.Core.Topics.Logs) Followed(log).Compare(log);
        Look();
        Positions.Compare(run.Broker.Core.Groups.Find(GroupMemberClient.Group)?.Offsets);
        _ids.Restart();
        Disturb();
    }

    /// <summary>
    /// Something is wrong with the broker or its disk at present: time-outs are counted from here on.
    /// </summary>
    public void Disturb() => _healthySince = run.Time.Elapsed;

    public static bool IsRunning(TransactionDescription transaction) => transaction.Status is not (
        TransactionStatus.Empty or TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort);

    /// <summary>Each open transaction is one that the coordinator knows and ends in time.</summary>
    public void CheckTransactions()
    {
        if (run.Broker.Core is not { } core) return;
        var known = core.Transactions.List();
        _ids.Follow(known);
        var running = known.Where(IsRunning).ToList();
        foreach (var log in Logs)
        {
            foreach (var producer in log.Open.Keys.Where(producer => !running.Any(t => t.ProducerId == producer
                && t.Partitions.Any(p => OffsetsPartition.Kept(p) == log.Partition))))
            {
                run.Fail($"{log.Partition}: producer {producer} has a transaction that its coordinator does not know");
            }
        }

        var now = run.Time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var late in running.Where(t => now - t.StartedAt > t.TimeoutMs + SweepSlack.TotalMilliseconds))
        {
            if (run.Time.Elapsed - _healthySince > TimeSpan.FromMilliseconds(late.TimeoutMs) + SweepSlack)
                run.Fail($"{late.TransactionalId} is {late.Status} for {now - late.StartedAt} ms");
        }
    }

    /// <summary>
    /// At the end, when everything is ended: what was acknowledged is there, and stands as it was told.
    /// </summary>
    public void CheckEnds()
    {
        foreach (var log in Logs.Where(log => log.Open.Count > 0))
            run.Fail($"{log.Partition}: the transaction of producer {log.Open.First().Key} was never ended");
        var positions = _acknowledged.Concat(Works.SelectMany(work => work.Positions));
        foreach (var position in positions.Where(position => !Positions.HasMet(position)))
            run.Fail($"position {position} was acknowledged and is not there");
        foreach (var work in Works)
        {
            if (work.Outcome == Outcome.Committed && work.Positions.Count > 0 && work.IsCommitted != true)
                run.Fail($"{work.Name} was committed, and its positions were not");
            if (work.Outcome == Outcome.Aborted && work.IsCommitted == true)
                run.Fail($"{work.Name} was aborted, and is committed");
        }
    }

    private FollowedLog OfTopic(int partition) => _logs[new TopicPartition(SimulatedBroker.Topic, partition)];

    private FollowedLog Followed(PartitionLog log)
    {
        if (!_logs.TryGetValue(log.Partition, out var followed))
            _logs[log.Partition] = followed = new FollowedLog(run, log.Partition);
        return followed;
    }

    /// <summary>A topic made again under the same name is another one.</summary>
    private void ForgetDeleted(TopicRegistry topics)
    {
        foreach (var partition in _logs.Keys.Where(of => topics.Find(of.Topic)?.Id != _topics[of.Topic]).ToList())
            _logs.Remove(partition);
        _topics.Clear();
        foreach (var topic in topics.All) _topics[topic.Name] = topic.Id;
        Positions.Forget(_topics);
    }

    private Dictionary<TopicPartition, LogEnd> Ends() => run.Broker.Core is not { } core ? [] : core.Topics.All
        .SelectMany(topic => topic.Partitions.Select(log => (log.Partition, End: new LogEnd(topic.Id, log.EndOffset))))
        .ToDictionary(log => log.Partition, log => log.End);

    /// <summary>Of a topic that was not there yet, everything is.</summary>
    private bool IsBehind(IReadOnlyDictionary<TopicPartition, LogEnd> ends, TopicPartition partition, long offset) =>
        ends.Count > 0 && !(ends.TryGetValue(partition, out var end) && end.Topic == _topics[partition.Topic]
            && offset < end.Offset);
}
