using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Nobody has rights to describe: who is let in may do everything.</summary>
internal sealed class DescribeAclsHandler : IRequestHandler<DescribeAclsRequest, DescribeAclsResponse>
{
    public ValueTask<DescribeAclsResponse?> HandleAsync(DescribeAclsRequest request, RequestContext context) =>
        new(new DescribeAclsResponse
        {
            ErrorCode = KafkaError.SecurityDisabled, ErrorMessage = NoAuthorizer.Message,
        });
}
