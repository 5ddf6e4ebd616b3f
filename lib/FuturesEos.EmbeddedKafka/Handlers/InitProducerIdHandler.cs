using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>A producer's id and epoch.</summary>
internal sealed class InitProducerIdHandler(TransactionCoordinator transactions)
    : IRequestHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    private const short FencedSince = 4;

    public async ValueTask<InitProducerIdResponse?> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        var result = await transactions.InitProducerIdAsync(
            request.TransactionalId,
            request.TransactionTimeoutMs,
            request.ProducerId,
            request.ProducerEpoch,
            context.Closing);
        return new InitProducerIdResponse
        {
            ErrorCode = TransactionCoordinator.ForVersion(result.Error, context.Version, FencedSince),
            ProducerId = result.ProducerId,
            ProducerEpoch = result.ProducerEpoch,
        };
    }
}
