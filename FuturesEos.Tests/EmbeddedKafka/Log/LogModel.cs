using FuturesEos.KafkaProtocol;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>
/// A partition told naively: the list of what was written, from which every answer is worked out afresh. Only registrations
/// are kept beside it, as the broker keeps them: in memory.
/// </summary>
internal sealed class LogModel
{
    public sealed record Written(
        long Base, int Count, long Producer, short Epoch, int Sequence, bool IsTransactional, bool IsMarker, bool IsCommit, string Name)
    {
        public long Last => Base + Count - 1;

        public long Next => Base + Count;
    }

    public List<Written> Batches { get; } = [];

    public Dictionary<long, short> Registered { get; } = [];

    public long Start { get; set; }

    public long End { get; private set; }

    public void Add(Written batch)
    {
        Batches.Add(batch);
        End = batch.Next;
    }

    /// <summary>Everything at and after <paramref name="end"/> was lost.</summary>
    public void CutAt(long end)
    {
        Batches.RemoveAll(batch => batch.Base >= end || end < Start);
        End = Math.Max(end, Start);
    }

    public short EpochOf(long producer) => Of(producer).LastOrDefault()?.Epoch ?? -1;

    public int DueSequence(long producer)
    {
        var epoch = EpochOf(producer);
        var last = Remembered(producer).LastOrDefault();
        return last is null || last.Epoch != epoch ? 0 : (int)(((long)last.Sequence + last.Count) & int.MaxValue);
    }

    /// <summary>The last five batches of the producer's current epoch.</summary>
    public List<Written> Remembered(long producer)
    {
        var epoch = EpochOf(producer);
        return [.. Of(producer).Where(b => !b.IsMarker && b.Epoch == epoch).TakeLast(5)];
    }

    public long OpenSince(long producer)
    {
        var since = -1L;
        foreach (var batch in Of(producer))
            since = batch.IsMarker ? -1 : batch.IsTransactional && since < 0 ? batch.Base : since;
        return since;
    }

    public long Stable()
    {
        var open = Batches.Select(b => b.Producer).Distinct().Select(OpenSince).Where(since => since >= 0).DefaultIfEmpty(End).Min();
        return Math.Max(open, Start);
    }

    public KafkaError Judge(long producer, short epoch, int sequence, int count, bool isTransactional, out Written? duplicate)
    {
        var known = EpochOf(producer);
        duplicate = known == epoch ? Remembered(producer).Find(b => b.Sequence == sequence && b.Count == count) : null;
        if (duplicate is not null)
            return KafkaError.None;
        var registered = Registered.GetValueOrDefault(producer, (short)-1);
        var isInside = registered == epoch || (OpenSince(producer) >= 0 && known == epoch);
        if (isTransactional && !isInside)
            return epoch < Math.Max(known, registered) ? KafkaError.InvalidProducerEpoch : KafkaError.InvalidTxnState;
        if (epoch < known)
            return KafkaError.InvalidProducerEpoch;
        if (known >= 0 && sequence != (epoch == known ? DueSequence(producer) : 0))
            return KafkaError.OutOfOrderSequenceNumber;
        return !isTransactional && OpenSince(producer) >= 0 ? KafkaError.InvalidTxnState : KafkaError.None;
    }

    /// <summary>What a reader sees from an offset on.</summary>
    public List<(long Offset, string Value)> Visible(long from, bool isReadCommitted)
    {
        var bound = isReadCommitted ? Stable() : End;
        return
        [
            .. Batches.Where(b => !b.IsMarker && b.Base < bound && !(isReadCommitted && b.IsTransactional && IsAborted(b)))
                .SelectMany(b => Enumerable.Range(0, b.Count).Select(i => (b.Base + i, $"{b.Name}.{i}")))
                .Where(r => r.Item1 >= from && r.Item1 < bound),
        ];
    }

    private bool IsAborted(Written batch) =>
        Batches.Find(b => b.IsMarker && b.Producer == batch.Producer && b.Base > batch.Base) is { IsCommit: false };

    private IEnumerable<Written> Of(long producer) => Batches.Where(b => b.Producer == producer);
}
