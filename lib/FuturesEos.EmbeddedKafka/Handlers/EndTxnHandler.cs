using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Commits or aborts.</summary>
internal sealed class EndTxnHandler(TransactionCoordinator transactions) : IRequestHandler<EndTxnRequest, EndTxnResponse>
{
    private const short FencedSince = 2;

    public async ValueTask<EndTxnResponse?> HandleAsync(EndTxnRequest request, RequestContext context)
    {
        var error = await transactions.EndAsync(
            request.TransactionalId, request.ProducerId, request.ProducerEpoch, request.Committed, context.Closing);
        return new EndTxnResponse { ErrorCode = TransactionCoordinator.ForVersion(error, context.Version, FencedSince) };
    }
}
