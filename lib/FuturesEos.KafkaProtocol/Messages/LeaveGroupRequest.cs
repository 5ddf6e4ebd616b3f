using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Members leave; several at once from version 3 on (KIP-345).</summary>
public sealed class LeaveGroupRequest : IKafkaRequest<LeaveGroupResponse>
{
    public static Api Api { get; } = new(ApiKey.LeaveGroup, 0, 5, flexibleFrom: 4);

    public string GroupId = "";
    public string MemberId = "";
    public MemberIdentity[] Members = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref GroupId);
        codec.String(ref MemberId, to: 2);
        codec.Array(ref Members, from: 3);
    }

    public sealed class MemberIdentity : IProtocolStruct
    {
        public string MemberId = "";
        public string? GroupInstanceId;
        public string? Reason;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref MemberId, from: 3);
            codec.NullableString(ref GroupInstanceId, from: 3);
            codec.NullableString(ref Reason, from: 5);
        }
    }
}
