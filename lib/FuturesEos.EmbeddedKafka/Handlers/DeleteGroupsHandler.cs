using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Deletes groups without members, with their positions.</summary>
internal sealed class DeleteGroupsHandler(GroupCoordinator groups)
    : IRequestHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    public async ValueTask<DeleteGroupsResponse?> HandleAsync(DeleteGroupsRequest request, RequestContext context)
    {
        var results = new List<DeleteGroupsResponse.DeletableGroupResult>();
        foreach (var id in request.GroupsNames)
            results.Add(new() { GroupId = id, ErrorCode = await groups.DeleteAsync(id, context.Closing) });
        return new DeleteGroupsResponse { Results = [.. results] };
    }
}
