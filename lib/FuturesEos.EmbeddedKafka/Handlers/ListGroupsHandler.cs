using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>All groups, or those in some states.</summary>
internal sealed class ListGroupsHandler(GroupCoordinator groups)
    : IRequestHandler<ListGroupsRequest, ListGroupsResponse>
{
    public ValueTask<ListGroupsResponse?> HandleAsync(ListGroupsRequest request, RequestContext context)
    {
        var all = groups.All.Select(group => new ListGroupsResponse.ListedGroup
        {
            GroupId = group.Id,
            ProtocolType = group.ProtocolType,
            GroupState = group.State.ToString(),
            GroupType = "classic",
        });
        if (request.StatesFilter.Length > 0)
            all = all.Where(group => request.StatesFilter.Contains(group.GroupState, StringComparer.OrdinalIgnoreCase));
        return new(new ListGroupsResponse { Groups = [.. all] });
    }
}
