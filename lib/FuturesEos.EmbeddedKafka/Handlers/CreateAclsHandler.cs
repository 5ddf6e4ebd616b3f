using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Nobody has rights to give: who is let in may do everything.</summary>
internal sealed class CreateAclsHandler : IRequestHandler<CreateAclsRequest, CreateAclsResponse>
{
    public ValueTask<CreateAclsResponse?> HandleAsync(CreateAclsRequest request, RequestContext context) =>
        new(new CreateAclsResponse
        {
            Results = [.. request.Creations.Select(_ => new CreateAclsResponse.AclCreationResult
            {
                ErrorCode = KafkaError.SecurityDisabled, ErrorMessage = NoAuthorizer.Message,
            })],
        });
}
