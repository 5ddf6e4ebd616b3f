namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// A transactional id as ListTransactions and DescribeTransactions show it; the start is in ms since 1970, -1 with no
/// transaction open.
/// </summary>
internal sealed record TransactionDescription(
    string TransactionalId,
    TransactionStatus Status,
    long ProducerId,
    short ProducerEpoch,
    int TimeoutMs,
    long StartedAt,
    IReadOnlyList<TopicPartition> Partitions);
