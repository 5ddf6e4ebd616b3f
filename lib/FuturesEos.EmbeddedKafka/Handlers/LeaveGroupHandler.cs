using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Members leave; before version 3 one, whose error is the answer's.</summary>
internal sealed class LeaveGroupHandler(GroupCoordinator groups)
    : IRequestHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    private const short ManyMembersFrom = 3;

    public ValueTask<LeaveGroupResponse?> HandleAsync(LeaveGroupRequest request, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return new(new LeaveGroupResponse { ErrorCode = KafkaError.InvalidGroupId });
        var group = groups.Find(request.GroupId);
        if (context.Version < ManyMembersFrom)
            return new(new LeaveGroupResponse { ErrorCode = Leave(group, request.MemberId, null) });
        return new(new LeaveGroupResponse
        {
            Members =
            [
                .. request.Members.Select(member => new LeaveGroupResponse.MemberResponse
                {
                    MemberId = member.MemberId,
                    GroupInstanceId = member.GroupInstanceId,
                    ErrorCode = Leave(group, member.MemberId, member.GroupInstanceId),
                }),
            ],
        });
    }

    private static KafkaError Leave(Group? group, string memberId, string? instanceId) =>
        group?.Leave(memberId, instanceId) ?? KafkaError.UnknownMemberId;
}
