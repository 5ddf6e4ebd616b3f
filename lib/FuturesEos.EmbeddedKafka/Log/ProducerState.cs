using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>What a partition remembers of one producer: epoch, last five batches, open transaction.</summary>
internal sealed class ProducerState(long producerId)
{
    /// <summary>As many as a producer may have in flight; a duplicate older than these is out of order.</summary>
    public const int RememberedBatches = 5;

    private readonly ProducedBatch[] _batches = new ProducedBatch[RememberedBatches];
    private int _next;

    public long ProducerId { get; } = producerId;

    /// <summary>-1 before the first batch or marker.</summary>
    public short Epoch { get; private set; } = -1;

    /// <summary>Of the last marker; -1 before the first.</summary>
    public int CoordinatorEpoch { get; private set; } = -1;

    /// <summary>
    /// Our clock at the last append, ms: record times may be years old, so expiry goes by this (KAFKA-9144).
    /// </summary>
    public long LastSeen { get; set; }

    /// <summary>First offset of the open transaction; -1 with none.</summary>
    public long TransactionStart { get; private set; } = -1;

    /// <summary>
    /// Epoch whose current transaction has this partition; -1 when none has. Not stored:
    /// the coordinator registers anew.
    /// </summary>
    public short RegisteredEpoch { get; set; } = -1;

    public int BatchCount { get; private set; }

    public int LastSequence => BatchCount == 0 ? RecordBatch.NoSequence : Newest(0).LastSequence;

    /// <summary>A remembered batch, 0 the newest.</summary>
    public ProducedBatch Newest(int back) => _batches[(_next - 1 - back + (2 * RememberedBatches)) % RememberedBatches];

    public bool TryFindDuplicate(RecordBatch batch, out ProducedBatch first)
    {
        for (var back = 0; back < BatchCount && Epoch == batch.ProducerEpoch; back++)
        {
            first = Newest(back);
            if (first.LastSequence == batch.LastSequence && first.FirstSequence == batch.BaseSequence)
                return true;
        }

        first = default;
        return false;
    }

    public void Remember(ProducedBatch batch)
    {
        _batches[_next] = batch;
        _next = (_next + 1) % RememberedBatches;
        BatchCount = Math.Min(BatchCount + 1, RememberedBatches);
    }

    /// <summary>Takes over a batch's or marker's epoch; sequences of the one before mean nothing any more.</summary>
    public void Enter(short epoch)
    {
        if (Epoch == epoch)
            return;
        Epoch = epoch;
        BatchCount = 0;
    }

    public void StartTransaction(long firstOffset) => TransactionStart = firstOffset;

    public void EndTransaction(int coordinatorEpoch)
    {
        CoordinatorEpoch = coordinatorEpoch;
        TransactionStart = -1;
        RegisteredEpoch = -1;
    }

    /// <summary>Takes over what a snapshot says.</summary>
    public void Restore(short epoch, int coordinatorEpoch, long lastSeen, long transactionStart)
    {
        Epoch = epoch;
        CoordinatorEpoch = coordinatorEpoch;
        LastSeen = lastSeen;
        TransactionStart = transactionStart;
    }
}
