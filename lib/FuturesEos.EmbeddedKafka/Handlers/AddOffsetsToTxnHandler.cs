using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Registers the partition that holds a group's positions.</summary>
internal sealed class AddOffsetsToTxnHandler(TransactionCoordinator transactions)
    : IRequestHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>
{
    private const short FencedSince = 2;

    public async ValueTask<AddOffsetsToTxnResponse?> HandleAsync(AddOffsetsToTxnRequest request, RequestContext context)
    {
        var error = await transactions.AddPartitionsAsync(
            request.TransactionalId,
            request.ProducerId,
            request.ProducerEpoch,
            [OffsetsPartition.Of(request.GroupId)],
            context.Closing);
        return new AddOffsetsToTxnResponse
        {
            ErrorCode = TransactionCoordinator.ForVersion(error, context.Version, FencedSince),
        };
    }
}
