using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// The producers of one partition: refuses what is out of order, fenced or outside a transaction, and knows which
/// transactions are open. Not thread-safe: the log's lock guards it.
/// </summary>
internal sealed class ProducerStates
{
    private readonly Dictionary<long, ProducerState> _producers = [];
    private readonly FirstAttempts _attempts = new();
    private readonly List<OpenTransaction> _open = [];
    private readonly List<EndedTransaction> _ended = [];

    public IReadOnlyCollection<ProducerState> All => _producers.Values;

    /// <summary>
    /// Where the first transaction begins that is open, or whose marker is not yet below the high watermark.
    /// </summary>
    public long? FirstUnstableOffset
    {
        get
        {
            var first = _open.Count > 0 ? _open[0].FirstOffset : long.MaxValue;
            foreach (var ended in _ended)
                first = Math.Min(first, ended.FirstOffset);
            return first == long.MaxValue ? null : first;
        }
    }

    /// <summary>
    /// Whether this partition has seen a newer epoch of the producer: said before anything is asked of the coordinator.
    /// </summary>
    public bool IsFenced(RecordBatch batch) =>
        _producers.TryGetValue(batch.ProducerId, out var state) && batch.ProducerEpoch < state.Epoch;

    /// <summary>
    /// Whether a client's transactional batch may come now. While no transaction is open here the lowest sequence that
    /// was tried is remembered: what follows a refused first batch must not get in before it does (KAFKA-14884).
    /// </summary>
    public bool Admits(RecordBatch batch, bool isEpochBumped)
    {
        var state = _producers.GetValueOrDefault(batch.ProducerId);
        if (state is { TransactionStart: >= 0 } && state.Epoch == batch.ProducerEpoch)
            return true;
        _attempts.Note(batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, isEpochBumped);
        return IsInTransaction(state, batch.ProducerEpoch);
    }

    /// <summary>Judges a batch; changes nothing. The order of the questions is Kafka's.</summary>
    public ProducerCheck Check(RecordBatch batch, AppendOrigin origin)
    {
        if (!batch.HasProducerId)
            return ProducerCheck.Accepted;
        var state = _producers.GetValueOrDefault(batch.ProducerId);
        var epoch = batch.ProducerEpoch;
        if (origin == AppendOrigin.Client && state is not null && state.TryFindDuplicate(batch, out var first))
            return ProducerCheck.Accepted with { Duplicate = first };
        if (batch.IsTransactional && !IsInTransaction(state, epoch))
        {
            // A fenced producer is told so by Kafka's verification, which comes before the append (KIP-890).
            return state is not null && epoch < Math.Max(state.Epoch, state.RegisteredEpoch)
                ? Fenced(state, epoch)
                : new(KafkaError.InvalidTxnState, "the partition is not part of the producer's current transaction");
        }

        if (epoch < (state?.Epoch ?? RecordBatch.NoProducerEpoch))
            return Fenced(state, epoch);
        if (origin == AppendOrigin.Client && _attempts.Find(batch.ProducerId) is { } attempt
            && OutOfOrder(batch, attempt, state) is { } refused)
        {
            return refused;
        }

        if (state is null)
            return ProducerCheck.Accepted;
        if (origin == AppendOrigin.Client && Expected(state, epoch) is { } expected && batch.BaseSequence != expected)
        {
            return new(
                KafkaError.OutOfOrderSequenceNumber, $"sequence {batch.BaseSequence} came where {expected} was due");
        }

        return !batch.IsTransactional && state.TransactionStart >= 0
            ? new(KafkaError.InvalidTxnState, "a batch outside transactions came while one is open")
            : ProducerCheck.Accepted;
    }

    /// <summary>
    /// Judges a marker; changes nothing. Without an open transaction it is a repeat after a crash, and welcome. A
    /// bumped epoch (protocol 2) is newer than the transaction's: an equal one while a transaction is open is a late
    /// repeat that would end the next transaction (KIP-1228).
    /// </summary>
    public ProducerCheck Check(long producerId, short producerEpoch, int coordinatorEpoch, bool isBumped)
    {
        if (!_producers.TryGetValue(producerId, out var state))
            return ProducerCheck.Accepted;
        var isLate = isBumped && producerEpoch == state.Epoch && state.TransactionStart >= 0
            && producerEpoch < short.MaxValue;
        if (producerEpoch < state.Epoch || isLate)
            return Fenced(state, producerEpoch);
        return coordinatorEpoch < state.CoordinatorEpoch
            ? new(
                KafkaError.TransactionCoordinatorFenced,
                $"coordinator epoch {coordinatorEpoch} is before {state.CoordinatorEpoch}")
            : ProducerCheck.Accepted;
    }

    /// <summary>Takes over a batch that was written at <paramref name="baseOffset"/>.</summary>
    public void Apply(RecordBatch batch, long baseOffset, long now)
    {
        if (!batch.HasProducerId)
            return;
        var state = Get(batch.ProducerId);
        state.Enter(batch.ProducerEpoch);
        state.LastSeen = now;
        if (batch.BaseSequence != RecordBatch.NoSequence)
        {
            state.Remember(
                new(batch.LastSequence, baseOffset + batch.LastOffsetDelta, batch.LastOffsetDelta, batch.MaxTimestamp));
        }

        if (!batch.IsTransactional)
            return;
        _attempts.Forget(batch.ProducerId);
        if (state.TransactionStart >= 0)
            return;
        state.StartTransaction(baseOffset);
        _open.Add(new(baseOffset, batch.ProducerId));
    }

    /// <summary>
    /// Takes over a marker; an abort that ended a transaction of this partition is noted in <paramref name="index"/>.
    /// </summary>
    public void Apply(RecordBatch batch, ControlRecord marker, SegmentIndex? index, long now)
    {
        var state = Get(batch.ProducerId);
        var start = state.TransactionStart;
        _attempts.Forget(batch.ProducerId, batch.ProducerEpoch);
        state.Enter(batch.ProducerEpoch);
        state.EndTransaction(marker.CoordinatorEpoch);
        state.LastSeen = now;
        if (start < 0)
            return;
        _open.RemoveAt(_open.FindIndex(open => open.ProducerId == state.ProducerId));
        _ended.Add(new(start, batch.BaseOffset));
        if (marker.Type == ControlType.Abort)
        {
            index?.Add(
                new AbortedTransaction(state.ProducerId, start, batch.BaseOffset, StableOffsetAfter(batch.BaseOffset)));
        }
    }

    /// <summary>Lets go of ended transactions whose marker lies below the high watermark.</summary>
    public void OnHighWatermark(long highWatermark)
    {
        if (_ended.Count > 0)
            _ended.RemoveAll(ended => ended.LastOffset < highWatermark);
    }

    public void Register(long producerId, short producerEpoch, long now)
    {
        var state = Get(producerId);
        state.RegisteredEpoch = Math.Max(state.RegisteredEpoch, producerEpoch);
        state.LastSeen = now;
    }

    /// <summary>
    /// Forgets producers silent since before <paramref name="deadline"/>; never one with an open transaction.
    /// </summary>
    public int Expire(long deadline)
    {
        var silent = _producers.Values
            .Where(p => p.LastSeen < deadline && p.TransactionStart < 0 && p.RegisteredEpoch < 0)
            .ToList();
        silent.ForEach(p => _producers.Remove(p.ProducerId));
        return silent.Count;
    }

    /// <summary>Takes over a producer of a snapshot.</summary>
    public void Restore(ProducerState state)
    {
        _producers[state.ProducerId] = state;
        if (state.TransactionStart < 0)
            return;
        var at = _open.FindIndex(open => open.FirstOffset > state.TransactionStart);
        _open.Insert(at < 0 ? _open.Count : at, new(state.TransactionStart, state.ProducerId));
    }

    /// <summary>
    /// What the stable offset is once the marker at <paramref name="markerOffset"/> is below the high watermark.
    /// </summary>
    private long StableOffsetAfter(long markerOffset) => _open.Count > 0 ? _open[0].FirstOffset : markerOffset + 1;

    private static bool IsInTransaction(ProducerState? state, short epoch) =>
        state is not null && epoch >= 0
        && (state.RegisteredEpoch == epoch || (state.TransactionStart >= 0 && state.Epoch == epoch));

    // with a bumped epoch nothing is remembered of the transaction before, so the first batch is known by its 0 alone
    private static ProducerCheck? OutOfOrder(RecordBatch batch, FirstAttempt attempt, ProducerState? state)
    {
        if (attempt.IsEpochBumped && batch.BaseSequence != 0 && state is not { BatchCount: > 0 })
        {
            return new(
                KafkaError.OutOfOrderSequenceNumber,
                $"sequence {batch.BaseSequence} came where a transaction's first was due");
        }

        return batch.BaseSequence > attempt.Sequence
            ? new(
                KafkaError.OutOfOrderSequenceNumber,
                $"sequence {batch.BaseSequence} came where {attempt.Sequence} was refused before")
            : null;
    }

    /// <summary>The sequence due; null where any will do, since nothing is known of the producer (any more).</summary>
    private static int? Expected(ProducerState state, short epoch)
    {
        if (state.Epoch < 0)
            return null;
        return epoch != state.Epoch || state.LastSequence == RecordBatch.NoSequence
            ? 0
            : RecordBatch.SequenceAfter(state.LastSequence, 1);
    }

    private static ProducerCheck Fenced(ProducerState? state, short epoch) => new(
        KafkaError.InvalidProducerEpoch,
        state is null
            ? $"{epoch} is no epoch"
            : $"epoch {epoch} was fenced by {Math.Max(state.Epoch, state.RegisteredEpoch)}");

    private ProducerState Get(long producerId)
    {
        if (!_producers.TryGetValue(producerId, out var state))
            _producers[producerId] = state = new ProducerState(producerId);
        return state;
    }

    private readonly record struct OpenTransaction(long FirstOffset, long ProducerId);

    private readonly record struct EndedTransaction(long FirstOffset, long LastOffset);
}
