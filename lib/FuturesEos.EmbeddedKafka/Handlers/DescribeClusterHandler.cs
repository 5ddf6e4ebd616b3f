using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>The one node.</summary>
internal sealed class DescribeClusterHandler(BrokerNode node)
    : IRequestHandler<DescribeClusterRequest, DescribeClusterResponse>
{
    private const sbyte Brokers = 1;

    public ValueTask<DescribeClusterResponse?> HandleAsync(DescribeClusterRequest request, RequestContext context)
    {
        if (request.EndpointType != Brokers)
        {
            return new(new DescribeClusterResponse
            {
                ErrorCode = KafkaError.UnsupportedEndpointType,
                ErrorMessage = "Only brokers can be listed here.",
            });
        }

        return new(new DescribeClusterResponse
        {
            ClusterId = node.ClusterId,
            ControllerId = node.Id,
            Brokers = [new() { BrokerId = node.Id, Host = node.Host, Port = node.Port }],
        });
    }
}
