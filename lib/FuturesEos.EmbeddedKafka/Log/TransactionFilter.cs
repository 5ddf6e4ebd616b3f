using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Walks a finished part of a log batch by batch and says which data was aborted, and of which transactions data is
/// left: their markers must stay (KAFKA-8351).
/// </summary>
internal sealed class TransactionFilter
{
    private readonly PriorityQueue<AbortedTransaction, long> _aborted = new();
    private readonly Dictionary<long, long> _aborting = [];
    private readonly HashSet<long> _withData = [];

    public TransactionFilter(IEnumerable<AbortedTransaction> aborted)
    {
        foreach (var transaction in aborted)
            _aborted.Enqueue(transaction, transaction.FirstOffset);
    }

    /// <summary>
    /// Data of a transaction that was aborted. Batches come in offset order. The marker may be gone already, so that it
    /// is its offset where the transaction ends.
    /// </summary>
    public bool IsAborted(RecordBatch batch)
    {
        while (_aborted.TryPeek(out var next, out _) && next.FirstOffset <= batch.LastOffset)
            _aborting[next.ProducerId] = _aborted.Dequeue().LastOffset;
        return batch.IsTransactional && !batch.IsControl
            && _aborting.TryGetValue(batch.ProducerId, out var marker) && batch.BaseOffset < marker;
    }

    /// <summary>Data of an open transaction was kept.</summary>
    public void OnKept(RecordBatch batch)
    {
        if (batch.IsTransactional)
            _withData.Add(batch.ProducerId);
    }

    /// <summary>A marker; true when data of its transaction was kept before it.</summary>
    public bool EndsKeptData(RecordBatch marker)
    {
        return _withData.Remove(marker.ProducerId);
    }
}
