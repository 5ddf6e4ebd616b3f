namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>The coordinator's limits; defaults are Kafka's.</summary>
internal sealed record TransactionOptions
{
    /// <summary><c>transaction.max.timeout.ms</c>: a producer that asks for more is refused.</summary>
    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// <c>transaction.abort.timed.out.transaction.cleanup.interval.ms</c>:
    /// between two looks for timed-out transactions.
    /// </summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>transactional.id.expiration.ms</c>: an id unused for this long is forgotten.</summary>
    public TimeSpan IdExpiration { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Transactional ids at a time; a further one is refused, so that a client cannot fill the memory.
    /// </summary>
    public int MaxIds { get; init; } = 100_000;

    /// <summary>
    /// Answer NONE to the abort of a transaction that has no partition yet. Kafka answers INVALID_TXN_STATE, which is
    /// fatal in librdkafka when an abort overtakes the registration of the first record (librdkafka #4849).
    /// </summary>
    public bool IsEmptyAbortAccepted { get; init; }
}
