using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Each request against each state, as a pure function; the order of the questions is Kafka's. A dead state was
/// forgotten while the request was on its way to it: what it stored would come back without its owner.
/// </summary>
internal static class TransactionRules
{
    /// <summary>
    /// InitProducerId for a known id; <paramref name="newProducerId"/> is asked for only when the epoch is exhausted.
    /// </summary>
    public static TransactionDecision Init(
        TransactionMetadata current,
        bool isPending,
        int timeoutMs,
        long expectedId,
        short expectedEpoch,
        Func<long> newProducerId,
        long now)
    {
        var isExpected = expectedId != TransactionMetadata.NoProducerId;
        if (isPending || current.IsPreparing || current.Status == TransactionStatus.Dead)
            return KafkaError.ConcurrentTransactions;
        if (isExpected && !IsOwner(current, expectedId, expectedEpoch))
            return KafkaError.ProducerFenced;
        if (current.Status == TransactionStatus.Ongoing)
            return Fence(current, newProducerId, now) with { Error = KafkaError.ConcurrentTransactions };

        var next = current.To(TransactionStatus.Empty, now) with
        {
            TimeoutMs = timeoutMs,
            Partitions = [],
            StartedAt = -1,
        };
        if (current.IsEpochExhausted && (!isExpected || expectedEpoch == current.Epoch))
        {
            return TransactionDecision.Store(next with
            {
                ProducerId = newProducerId(),
                Epoch = 0,
                LastEpoch = isExpected ? current.Epoch : TransactionMetadata.NoEpoch,
            });
        }

        var bumped = next with { Epoch = (short)(current.Epoch + 1), LastEpoch = TransactionMetadata.NoEpoch };
        if (!isExpected)
            return TransactionDecision.Store(bumped);
        if (current.Epoch == TransactionMetadata.NoEpoch || expectedEpoch == current.Epoch)
            return TransactionDecision.Store(bumped with { LastEpoch = current.Epoch });
        return expectedEpoch == current.LastEpoch ? TransactionDecision.Store(next) : KafkaError.ProducerFenced;
    }

    public static TransactionDecision Add(
        TransactionMetadata current,
        bool isPending,
        long producerId,
        short epoch,
        IReadOnlyCollection<TopicPartition> partitions,
        TransactionProtocol protocol,
        long now)
    {
        // Pending first: a request of the next transaction must not be taken for a fenced one (KAFKA-18575).
        if (isPending || current.IsPreparing)
            return KafkaError.ConcurrentTransactions;
        if (current.ProducerId != producerId)
            return KafkaError.InvalidProducerIdMapping;
        if (current.Epoch != epoch)
            return KafkaError.ProducerFenced;
        if (current.Status == TransactionStatus.Dead)
            return KafkaError.InvalidProducerIdMapping;
        if (current.Status == TransactionStatus.Ongoing && current.Partitions.IsSupersetOf(partitions))
            return TransactionDecision.Done;
        var isNew = current.Status != TransactionStatus.Ongoing;
        return TransactionDecision.Store(current.To(TransactionStatus.Ongoing, now) with
        {
            Partitions = (isNew ? [] : current.Partitions).Union(partitions),
            StartedAt = isNew ? now : current.StartedAt,
            Protocol = protocol,
        });
    }

    /// <summary>EndTxn of protocol 1. A client's epoch must match exactly (KAFKA-9600).</summary>
    public static TransactionDecision End(
        TransactionMetadata current,
        bool isPending,
        long producerId,
        short epoch,
        bool isCommit,
        bool isEmptyAbortAccepted,
        long now)
    {
        if (current.ProducerId != producerId)
            return KafkaError.InvalidProducerIdMapping;
        if (current.Epoch != epoch)
            return KafkaError.ProducerFenced;
        if (isPending)
            return KafkaError.ConcurrentTransactions;
        return current.Status switch
        {
            TransactionStatus.Ongoing => TransactionDecision.Store(
                current.To(isCommit ? TransactionStatus.PrepareCommit : TransactionStatus.PrepareAbort, now) with
                {
                    Protocol = TransactionProtocol.First,
                }),
            TransactionStatus.PrepareCommit =>
                isCommit ? KafkaError.ConcurrentTransactions : KafkaError.InvalidTxnState,
            TransactionStatus.PrepareAbort => isCommit ? KafkaError.InvalidTxnState : KafkaError.ConcurrentTransactions,
            TransactionStatus.CompleteCommit => isCommit ? TransactionDecision.Done : KafkaError.InvalidTxnState,
            TransactionStatus.CompleteAbort => isCommit ? KafkaError.InvalidTxnState : TransactionDecision.Done,
            TransactionStatus.Empty when !isCommit && isEmptyAbortAccepted => TransactionDecision.Done,
            TransactionStatus.Dead => KafkaError.InvalidProducerIdMapping,
            _ => KafkaError.InvalidTxnState,
        };
    }

    /// <summary>
    /// EndTxn of protocol 2: the epoch is bumped with the decision, so the same request again names the epoch before,
    /// and an EndTxn that was delayed cannot end a later transaction (KAFKA-17754). Aborting what has not begun bumps
    /// too: the client may have written something that never arrived.
    /// </summary>
    public static TransactionDecision EndAndBump(
        TransactionMetadata current,
        bool isPending,
        long producerId,
        short epoch,
        bool isCommit,
        Func<long> newProducerId,
        long now)
    {
        if (isPending || current.IsPreparing)
            return KafkaError.ConcurrentTransactions;
        var isRepeatAfterExchange = current.PreviousProducerId == producerId
            && epoch == TransactionMetadata.ExhaustedEpoch && current.Epoch == 0;
        var isRepeat = current.Epoch == epoch + 1 || isRepeatAfterExchange;
        if (current.ProducerId != producerId && !isRepeatAfterExchange)
            return KafkaError.InvalidProducerIdMapping;
        var isOver = current.Status is TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort;
        if (epoch != current.Epoch && !(isOver && isRepeat))
            return KafkaError.ProducerFenced;
        if (current.Status == TransactionStatus.Dead)
            return KafkaError.InvalidProducerIdMapping;
        if (isOver && isRepeat)
        {
            return isCommit == (current.Status == TransactionStatus.CompleteCommit)
                ? TransactionDecision.Done
                : KafkaError.InvalidTxnState;
        }

        return isCommit && current.Status != TransactionStatus.Ongoing
            ? KafkaError.InvalidTxnState
            : PrepareAndBump(current, isCommit, newProducerId, now);
    }

    /// <summary>
    /// The coordinator's own abort, after protocol 2 whoever began the transaction. Fence and abort are stored as one
    /// value, so a crash or a full disk between them cannot bump the epoch twice (KAFKA-19367); Kafka's
    /// PrepareEpochFence lies between the two in memory only.
    /// </summary>
    public static TransactionDecision Fence(TransactionMetadata current, Func<long> newProducerId, long now) =>
        PrepareAndBump(current, false, newProducerId, now);

    /// <summary>
    /// What the last marker leads to; an exhausted epoch's producer goes on with the id that was taken for it.
    /// </summary>
    public static TransactionMetadata Complete(TransactionMetadata prepared, long now)
    {
        var status = prepared.Status == TransactionStatus.PrepareCommit
            ? TransactionStatus.CompleteCommit
            : TransactionStatus.CompleteAbort;
        var end = prepared.To(status, now) with
        {
            Partitions = [],
            StartedAt = -1,
            NextProducerId = TransactionMetadata.NoProducerId,
        };
        return prepared.NextProducerId == TransactionMetadata.NoProducerId
            ? end
            : end with { ProducerId = prepared.NextProducerId, Epoch = 0 };
    }

    private static TransactionDecision PrepareAndBump(
        TransactionMetadata current, bool isCommit, Func<long> newProducerId, long now)
    {
        var status = isCommit ? TransactionStatus.PrepareCommit : TransactionStatus.PrepareAbort;
        return TransactionDecision.Store(current.To(status, now) with
        {
            Epoch = (short)Math.Min(short.MaxValue, current.Epoch + 1),
            LastEpoch = current.Epoch,
            NextProducerId = current.IsEpochExhausted ? newProducerId() : TransactionMetadata.NoProducerId,
            StartedAt = current.Status == TransactionStatus.Ongoing ? current.StartedAt : now,
            Protocol = TransactionProtocol.Second,
        });
    }

    private static bool IsOwner(TransactionMetadata current, long expectedId, short expectedEpoch) =>
        current.Epoch == TransactionMetadata.NoEpoch
        || expectedId == current.ProducerId
        || (expectedId == current.PreviousProducerId && expectedEpoch >= TransactionMetadata.ExhaustedEpoch);
}
