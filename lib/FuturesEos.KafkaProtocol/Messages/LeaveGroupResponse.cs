using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a member.</summary>
public sealed class LeaveGroupResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public MemberResponse[] Members = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs, from: 1);
        codec.Error(ref ErrorCode);
        codec.Array(ref Members, from: 3);
    }

    public sealed class MemberResponse : IProtocolStruct
    {
        public string MemberId = "";
        public string? GroupInstanceId;
        public KafkaError ErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref MemberId, from: 3);
            codec.NullableString(ref GroupInstanceId, from: 3);
            codec.Error(ref ErrorCode, from: 3);
        }
    }
}
