using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Answered when the generation is formed; the leader gets all members.</summary>
public sealed class JoinGroupResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public int GenerationId = -1;
    public string? ProtocolType;
    public string? ProtocolName;
    public string Leader = "";
    public bool SkipAssignment;
    public string MemberId = "";
    public Member[] Members = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs, from: 2);
        codec.Error(ref ErrorCode);
        codec.Int32(ref GenerationId);
        codec.NullableString(ref ProtocolType, from: 7);
        codec.NullableString(ref ProtocolName, nullableFrom: 7);
        codec.String(ref Leader);
        codec.Bool(ref SkipAssignment, from: 9);
        codec.String(ref MemberId);
        codec.Array(ref Members);
    }

    public sealed class Member : IProtocolStruct
    {
        public string MemberId = "";
        public string? GroupInstanceId;
        public ReadOnlyMemory<byte> Metadata;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref MemberId);
            codec.NullableString(ref GroupInstanceId, from: 5);
            codec.Bytes(ref Metadata);
        }
    }
}
