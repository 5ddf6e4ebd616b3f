using System.Collections.Immutable;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Everything known of a transactional id at one moment. A value: a change makes a new one, so nobody sees half of it,
/// and the set of partitions cannot change under somebody's hands (KoP #1869).
/// </summary>
internal sealed record TransactionMetadata(string TransactionalId, long ProducerId)
{
    public const long NoProducerId = -1;
    public const short NoEpoch = -1;

    /// <summary>
    /// An epoch that cannot be bumped once more and still leave one to fence with: the id is exchanged instead.
    /// </summary>
    public const short ExhaustedEpoch = short.MaxValue - 1;

    /// <summary>-1 before the first InitProducerId is answered.</summary>
    public short Epoch { get; init; } = NoEpoch;

    /// <summary>
    /// The epoch before a bump that the producer itself asked for (KIP-360) or that came with a transaction's end
    /// (KIP-890): the same question again gets the same answer. Not stored.
    /// </summary>
    public short LastEpoch { get; init; } = NoEpoch;

    /// <summary>
    /// The id before the last change: another one only where it was exchanged for an exhausted epoch.
    /// </summary>
    public long PreviousProducerId { get; init; } = NoProducerId;

    /// <summary>
    /// While a transaction that exhausted the epoch is being ended: the id that takes over with its completion.
    /// </summary>
    public long NextProducerId { get; init; } = NoProducerId;

    /// <summary>By which protocol the last transaction was begun or ended.</summary>
    public TransactionProtocol Protocol { get; init; }

    public int TimeoutMs { get; init; }

    public TransactionStatus Status { get; init; }

    public ImmutableHashSet<TopicPartition> Partitions { get; init; } = [];

    /// <summary>Milliseconds since 1970; -1 with no transaction open.</summary>
    public long StartedAt { get; init; } = -1;

    /// <summary>Milliseconds since 1970.</summary>
    public long UpdatedAt { get; init; }

    public bool IsEpochExhausted => Epoch >= ExhaustedEpoch;

    public bool IsPreparing => Status is TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort;

    public bool IsIdle =>
        Status is TransactionStatus.Empty or TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort;

    /// <summary>This value moved to another status, which must be a legal one.</summary>
    /// <exception cref="InvalidOperationException">The move is none of the drawing's arrows.</exception>
    public TransactionMetadata To(TransactionStatus status, long now) => IsLegal(Status, status)
        ? this with { Status = status, UpdatedAt = now, PreviousProducerId = ProducerId }
        : throw new InvalidOperationException($"transaction {TransactionalId} cannot go from {Status} to {status}");

    /// <summary>The arrows of <see cref="TransactionStatus"/>.</summary>
    public static bool IsLegal(TransactionStatus from, TransactionStatus to) => to switch
    {
        TransactionStatus.Empty or TransactionStatus.Dead =>
            from is TransactionStatus.Empty or TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort,
        TransactionStatus.Ongoing =>
            from is TransactionStatus.Ongoing or TransactionStatus.Empty
                or TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort,
        TransactionStatus.PrepareCommit or TransactionStatus.PrepareEpochFence => from is TransactionStatus.Ongoing,
        TransactionStatus.PrepareAbort =>
            from is not (TransactionStatus.PrepareCommit or TransactionStatus.PrepareAbort or TransactionStatus.Dead),
        TransactionStatus.CompleteCommit => from is TransactionStatus.PrepareCommit,
        TransactionStatus.CompleteAbort => from is TransactionStatus.PrepareAbort,
        _ => false,
    };
}
