using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Transactional ids, by state, producer or age (KIP-664, KIP-994).</summary>
internal sealed class ListTransactionsHandler(TransactionCoordinator transactions, TimeProvider time)
    : IRequestHandler<ListTransactionsRequest, ListTransactionsResponse>
{
    public ValueTask<ListTransactionsResponse?> HandleAsync(ListTransactionsRequest request, RequestContext context)
    {
        var known = Enum.GetNames<TransactionStatus>();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = transactions.List()
            .Where(t => request.StateFilters.Length == 0 || request.StateFilters.Contains(t.Status.ToString()))
            .Where(t => request.ProducerIdFilters.Length == 0 || request.ProducerIdFilters.Contains(t.ProducerId))
            .Where(t => request.DurationFilter < 0 || (t.StartedAt >= 0 && now - t.StartedAt > request.DurationFilter));
        return new(new ListTransactionsResponse
        {
            UnknownStateFilters = [.. request.StateFilters.Except(known)],
            TransactionStates =
            [
                .. found.Select(t => new ListTransactionsResponse.TransactionEntry
                {
                    TransactionalId = t.TransactionalId,
                    ProducerId = t.ProducerId,
                    TransactionState = t.Status.ToString(),
                }),
            ],
        });
    }
}
