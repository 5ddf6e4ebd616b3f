using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Nobody has rights to take: who is let in may do everything.</summary>
internal sealed class DeleteAclsHandler : IRequestHandler<DeleteAclsRequest, DeleteAclsResponse>
{
    public ValueTask<DeleteAclsResponse?> HandleAsync(DeleteAclsRequest request, RequestContext context) =>
        new(new DeleteAclsResponse
        {
            FilterResults = [.. request.Filters.Select(_ => new DeleteAclsResponse.DeleteAclsFilterResult
            {
                ErrorCode = KafkaError.SecurityDisabled, ErrorMessage = NoAuthorizer.Message,
            })],
        });
}
