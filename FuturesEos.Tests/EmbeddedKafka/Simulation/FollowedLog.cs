using System.Globalization;
using System.Text;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>One log, read as it grows: what is open in it, and the sequences it must keep.</summary>
internal sealed class FollowedLog(SimulationRun run, TopicPartition partition)
{
    private const int ReadBytes = 1 << 20;

    private readonly List<(long Offset, long Next, uint Crc)> _batches = [];
    private readonly Dictionary<long, (short Epoch, int Sequence)> _producers = [];
    private readonly Dictionary<int, long> _values = [];
    private long _at;
    private long _deleted;

    public TopicPartition Partition => partition;

    /// <summary>Open transactions by producer: where each began, and whose it is.</summary>
    public Dictionary<long, (long First, List<Work> Works)> Open { get; } = [];

    /// <summary>The broker has said that it is deleted up to here: no start may bring it back.</summary>
    public void Delete(long before) => _deleted = Math.Max(_deleted, before);

    /// <summary>
    /// Where the log starts. Retention's start is not stored: after a death it may be an older one again, as with Kafka.
    /// </summary>
    public long Start { get; private set; }

    public long ReadableEnd => _at;

    private bool IsOfNewTopic => partition.Topic == SimulatedBroker.SeldomTopic;

    private bool IsOfPositions => partition.Topic == TopicName.ConsumerOffsets;

    /// <summary>Whether a value was here and lies before the start now.</summary>
    public bool IsDeleted(int value) => _values.TryGetValue(value, out var offset) && offset < Start;

    /// <summary>Reads what has become readable.</summary>
    public void Follow(PartitionLog log)
    {
        while (_at < log.HighWatermark) Read(log, _at, Take);
        if (log.LogStartOffset > Start) run.Chaos.OnDeletion();
        if (log.LogStartOffset < Math.Max(Start, _deleted))
            run.Fail($"{partition}: starts at {log.LogStartOffset}, and had started at {Start}, {_deleted} stored");
        Start = log.LogStartOffset;
    }

    /// <summary>
    /// The last stable offset is where the first open transaction begins, or the end, but never before the start.
    /// </summary>
    public void CheckStable(PartitionLog log)
    {
        var first = Open.Values.Select(open => open.First).Append(log.HighWatermark).Min();
        var expected = Math.Max(first, log.LogStartOffset);
        if (log.LastStableOffset != expected)
            run.Fail($"{partition}: the last stable offset is {log.LastStableOffset} where {expected} is right");
    }

    /// <summary>Reads everything again, and finds what it found before; a compacted log is followed on only.</summary>
    public void Compare(PartitionLog log)
    {
        if (log.HighWatermark < _at)
            run.Fail($"{partition}: ends at {log.HighWatermark} after a start, and was readable up to {_at}");
        Start = Math.Min(Start, log.LogStartOffset);
        if (IsOfPositions) return;
        var found = new List<(long, long, uint)>();
        for (var at = log.LogStartOffset; at < log.HighWatermark && run.Failure is null;)
            Read(log, at, batch => (_, at) = (Add(found, batch), batch.NextOffset));
        var kept = _batches.FindAll(batch => batch.Next > log.LogStartOffset);
        if (!found.Take(kept.Count).SequenceEqual(kept))
            run.Fail($"{partition}: what was readable has changed with a start");
    }

    private delegate void BatchAction(RecordBatch batch);

    private static bool Add(List<(long, long, uint)> found, RecordBatch batch)
    {
        found.Add((batch.BaseOffset, batch.NextOffset, batch.Crc));
        return true;
    }

    private void Read(PartitionLog log, long from, BatchAction action)
    {
        using var read = log.Read(from, ReadBytes, isReadCommitted: false, isOneBatchSure: true);
        var rest = read.Records.Span;
        if (rest.IsEmpty) throw new InvalidOperationException($"{partition} gives nothing at {from}: {read.Error}");
        while (RecordBatch.TryTake(ref rest, out var batch)) action(batch);
    }

    private void Take(RecordBatch batch)
    {
        if (batch.BaseOffset != _at) run.Fail($"{partition}: a batch at {batch.BaseOffset} where {_at} is the next");
        _at = batch.NextOffset;
        _batches.Add((batch.BaseOffset, batch.NextOffset, batch.Crc));
        if (batch.IsControl) End(batch);
        else TakeData(batch);
        if (IsOfPositions) OffsetJournal.Replay(batch, run.Witness.Positions);
    }

    private void TakeData(RecordBatch batch)
    {
        Tell(batch, batch.IsTransactional ? "in transaction" : "");
        run.Witness.Meet(partition, batch);
        if (batch.BaseSequence != RecordBatch.NoSequence) CheckSequence(batch);
        if (batch.IsTransactional) Open.TryAdd(batch.ProducerId, (batch.BaseOffset, []));
        if (IsOfPositions) return;
        var records = new RecordReader(batch);
        while (records.TryRead(out var record))
        {
            var value = int.Parse(Encoding.ASCII.GetString(record.Value), CultureInfo.InvariantCulture);
            if (!_values.TryAdd(value, record.Offset))
                run.Fail($"{partition}/{record.Offset}: {value} is here a second time");
            var work = run.Witness.WorkOf(value);
            run.Witness.Meet(partition, record.Offset, work);
            if (batch.IsTransactional) Open[batch.ProducerId].Works.Add(work);
        }
    }

    private void CheckSequence(RecordBatch batch)
    {
        var (epoch, sequence) = _producers.GetValueOrDefault(batch.ProducerId, ((short)-1, -1));

        // who has written to a topic that was deleted goes on in the new one where it stands (as with Kafka)
        var expected = epoch < 0 && IsOfNewTopic ? batch.BaseSequence
            : epoch == batch.ProducerEpoch ? sequence + 1
            : 0;
        if (batch.ProducerEpoch < epoch || batch.BaseSequence != expected)
        {
            run.Fail($"{partition}/{batch.BaseOffset}: producer {batch.ProducerId} has epoch {batch.ProducerEpoch}, "
                + $"sequence {batch.BaseSequence}, where {epoch} and {expected} are right");
        }

        _producers[batch.ProducerId] = (batch.ProducerEpoch, batch.LastSequence);
    }

    private void Tell(RecordBatch batch, string what) =>
        run.Tell($"        {partition}/{batch.BaseOffset} producer {batch.ProducerId}/{batch.ProducerEpoch} {what}");

    private void End(RecordBatch batch)
    {
        if (!ControlRecord.TryRead(batch, out var marker)) return;
        Tell(batch, $"{marker.Type}");
        if (!Open.Remove(batch.ProducerId, out var open)) return;
        foreach (var work in open.Works) run.Witness.Decide(work, marker.Type == ControlType.Commit);
    }
}
