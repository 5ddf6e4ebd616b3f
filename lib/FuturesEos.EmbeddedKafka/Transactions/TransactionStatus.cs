namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Where a transaction stands; numbers are those of Kafka's transaction log.
/// <code>
///            AddPartitions        EndTxn commit          markers written
///   Empty ─────────────► Ongoing ───────────► PrepareCommit ───────► CompleteCommit ─┐
///     ▲                   │ ▲ ▲  EndTxn abort                                         │
///     │                   │ │ └──────────────────────────────────────── AddPartitions ┤
///     │                   ├─┼──────────────► PrepareAbort ─────────► CompleteAbort ───┤
///     │         time-out, │ │                    ▲                                    │
///     │    InitProducerId ▼ └ AddPartitions      │ fenced: epoch bumped               │
///     │              PrepareEpochFence ──────────┘                                    │
///     └───────────────────────── InitProducerId ◄─────────────────────────────────────┘   ──► Dead (expired)
/// </code>
/// By protocol 2 an abort leads from Empty and from both Complete to PrepareAbort too, since it bumps the epoch.
/// </summary>
internal enum TransactionStatus : byte
{
    Empty = 0,
    Ongoing = 1,
    PrepareCommit = 2,
    PrepareAbort = 3,
    CompleteCommit = 4,
    CompleteAbort = 5,
    Dead = 6,
    PrepareEpochFence = 7,
}
