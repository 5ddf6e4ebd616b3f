namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// How a client and its coordinator go through a transaction; numbers are those of <c>transaction.version</c>.
/// </summary>
internal enum TransactionProtocol : short
{
    /// <summary>The client registers partitions; its epoch stays from one transaction to the next.</summary>
    First = 0,

    /// <summary>The broker registers what is written, and each end bumps the epoch (KIP-890).</summary>
    Second = 2,
}
