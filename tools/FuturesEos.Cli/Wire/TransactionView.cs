namespace FuturesEos.Cli.Wire;

/// <summary>A transaction as its coordinator knows it.</summary>
/// <param name="TransactionalId">Its id.</param>
/// <param name="State">Kafka's name of the state: Empty, Ongoing, PrepareCommit, CompleteCommit, ….</param>
/// <param name="ProducerId">The producer's id.</param>
/// <param name="ProducerEpoch">Its epoch: one more for each owner.</param>
/// <param name="TimeoutMs">After this long the coordinator aborts it.</param>
/// <param name="StartedAt">When it began; null when none is open.</param>
/// <param name="Coordinator">Id of the coordinating broker.</param>
/// <param name="Partitions">What it has written to, <c>topic partition</c>.</param>
internal sealed record TransactionView(
    string TransactionalId,
    string State,
    long ProducerId,
    short ProducerEpoch,
    int TimeoutMs,
    DateTime? StartedAt,
    int Coordinator,
    IReadOnlyList<string> Partitions);
