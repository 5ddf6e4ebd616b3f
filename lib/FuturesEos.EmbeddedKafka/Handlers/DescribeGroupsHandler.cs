using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// Members and assignments. A group that does not exist is shown as dead, from version 6 on with an error (KIP-1043).
/// </summary>
internal sealed class DescribeGroupsHandler(GroupCoordinator groups)
    : IRequestHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    private const short FirstWithNotFound = 6;

    public ValueTask<DescribeGroupsResponse?> HandleAsync(DescribeGroupsRequest request, RequestContext context) =>
        new(new DescribeGroupsResponse
        {
            Groups = [.. request.Groups.Select(id => Describe(id, context.Header.Version))],
        });

    private DescribeGroupsResponse.DescribedGroup Describe(string id, short version)
    {
        if (groups.Find(id) is not { } group)
        {
            return new()
            {
                ErrorCode = version < FirstWithNotFound ? KafkaError.None : KafkaError.GroupIdNotFound,
                ErrorMessage = $"Group {id} not found.",
                GroupId = id,
                GroupState = nameof(GroupState.Dead),
            };
        }

        lock (group.Gate)
        {
            // before the generation is formed nobody knows what its subscriptions and assignments will be
            var isFormed = group.State == GroupState.Stable;
            return new()
            {
                GroupId = id,
                GroupState = group.State.ToString(),
                ProtocolType = group.ProtocolType,
                ProtocolData = isFormed ? group.Protocol ?? "" : "",
                Members =
                [
                    .. group.Members.All.Select(member => new DescribeGroupsResponse.DescribedGroupMember
                    {
                        MemberId = member.Id,
                        GroupInstanceId = member.InstanceId,
                        ClientId = member.ClientId,
                        ClientHost = member.ClientHost,
                        MemberMetadata = isFormed ? member.MetadataOf(group.Protocol) : [],
                        MemberAssignment = isFormed ? member.Assignment : [],
                    }),
                ],
            };
        }
    }
}
