using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>The answers of joins and syncs.</summary>
internal static class GroupAnswers
{
    public static JoinGroupResponse Join(KafkaError error, string memberId) =>
        new() { ErrorCode = error, MemberId = memberId };

    public static Task<JoinGroupResponse> JoinRefused(KafkaError error, string memberId) =>
        Task.FromResult(Join(error, memberId));

    public static SyncGroupResponse Sync(KafkaError error) => new() { ErrorCode = error };

    public static Task<SyncGroupResponse> SyncRefused(KafkaError error) => Task.FromResult(Sync(error));

    /// <summary>The present generation; its leader is told who is in it.</summary>
    public static JoinGroupResponse Joined(Group group, GroupMember member, bool withMembers) => new()
    {
        GenerationId = group.Generation,
        ProtocolType = group.ProtocolType,
        ProtocolName = group.Protocol,
        Leader = group.Members.LeaderId ?? "",
        MemberId = member.Id,
        Members = !withMembers || !group.Members.IsLeader(member)
            ? []
            :
            [
                .. group.Members.All.Select(m => new JoinGroupResponse.Member
                {
                    MemberId = m.Id,
                    GroupInstanceId = m.InstanceId,
                    Metadata = m.MetadataOf(group.Protocol),
                }),
            ],
    };

    public static SyncGroupResponse Synced(Group group, GroupMember member) => new()
    {
        ProtocolType = group.ProtocolType,
        ProtocolName = group.Protocol,
        Assignment = member.Assignment,
    };
}
