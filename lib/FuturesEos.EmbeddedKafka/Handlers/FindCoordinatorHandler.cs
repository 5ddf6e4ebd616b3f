using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>This broker coordinates everything.</summary>
internal sealed class FindCoordinatorHandler(BrokerNode node)
    : IRequestHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    private const sbyte Transaction = 1;
    private const short ManyKeysFrom = 4;

    public ValueTask<FindCoordinatorResponse?> HandleAsync(FindCoordinatorRequest request, RequestContext context)
    {
        var error = request.KeyType is < 0 or > Transaction ? KafkaError.InvalidRequest : KafkaError.None;
        if (context.Version >= ManyKeysFrom)
        {
            return new(new FindCoordinatorResponse
            {
                Coordinators =
                [
                    .. request.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator
                    {
                        Key = key,
                        ErrorCode = error,
                        NodeId = error == KafkaError.None ? node.Id : -1,
                        Host = error == KafkaError.None ? node.Host : "",
                        Port = error == KafkaError.None ? node.Port : -1,
                    }),
                ],
            });
        }

        return new(error == KafkaError.None
            ? new FindCoordinatorResponse { NodeId = node.Id, Host = node.Host, Port = node.Port }
            : new FindCoordinatorResponse
            {
                ErrorCode = error, ErrorMessage = "There is no coordinator of that type.", NodeId = -1, Port = -1,
            });
    }
}
