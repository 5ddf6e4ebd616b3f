using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>State, timeout and partitions of transactional ids.</summary>
internal sealed class DescribeTransactionsHandler(TransactionCoordinator transactions)
    : IRequestHandler<DescribeTransactionsRequest, DescribeTransactionsResponse>
{
    public ValueTask<DescribeTransactionsResponse?> HandleAsync(
        DescribeTransactionsRequest request, RequestContext context) =>
        new(new DescribeTransactionsResponse { TransactionStates = [.. request.TransactionalIds.Select(Describe)] });

    private DescribeTransactionsResponse.TransactionEntry Describe(string id)
    {
        if (transactions.Describe(id) is not { } found)
            return new() { TransactionalId = id, ErrorCode = KafkaError.TransactionalIdNotFound };
        return new()
        {
            TransactionalId = id,
            TransactionState = found.Status.ToString(),
            TransactionTimeoutMs = found.TimeoutMs,
            TransactionStartTimeMs = found.StartedAt,
            ProducerId = found.ProducerId,
            ProducerEpoch = found.ProducerEpoch,
            Topics =
            [
                .. found.Partitions.GroupBy(p => p.Topic).Select(g => new DescribeTransactionsResponse.TopicData
                {
                    Topic = g.Key,
                    Partitions = [.. g.Select(p => p.Partition).Order()],
                }),
            ],
        };
    }
}
