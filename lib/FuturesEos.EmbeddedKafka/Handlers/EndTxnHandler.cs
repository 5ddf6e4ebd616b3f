using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Commits or aborts; a client of protocol 2 is told the epoch of its next transaction (KIP-890).</summary>
internal sealed class EndTxnHandler(TransactionCoordinator transactions)
    : IRequestHandler<EndTxnRequest, EndTxnResponse>
{
    private const short FencedSince = 2;
    private const short BumpsFrom = 5;

    public async ValueTask<EndTxnResponse?> HandleAsync(EndTxnRequest request, RequestContext context)
    {
        if (context.Version >= BumpsFrom)
        {
            var next = await transactions.EndAndBumpAsync(
                request.TransactionalId, request.ProducerId, request.ProducerEpoch, request.Committed, context.Closing);
            return new EndTxnResponse
            {
                ErrorCode = next.Error, ProducerId = next.ProducerId, ProducerEpoch = next.ProducerEpoch,
            };
        }

        var error = await transactions.EndAsync(
            request.TransactionalId, request.ProducerId, request.ProducerEpoch, request.Committed, context.Closing);
        return new EndTxnResponse
        {
            ErrorCode = TransactionCoordinator.ForVersion(error, context.Version, FencedSince),
        };
    }
}
