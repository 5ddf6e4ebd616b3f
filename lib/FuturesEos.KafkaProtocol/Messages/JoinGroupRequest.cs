using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>A member (re)enters a group of the classic protocol.</summary>
public sealed class JoinGroupRequest : IKafkaRequest<JoinGroupResponse>
{
    public static Api Api { get; } = new(ApiKey.JoinGroup, 0, 9, flexibleFrom: 6);

    public string GroupId = "";
    public int SessionTimeoutMs;
    public int RebalanceTimeoutMs = -1;
    public string MemberId = "";
    public string? GroupInstanceId;
    public string ProtocolType = "";
    public Protocol[] Protocols = [];
    public string? Reason;

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref GroupId);
        codec.Int32(ref SessionTimeoutMs);
        codec.Int32(ref RebalanceTimeoutMs, from: 1);
        codec.String(ref MemberId);
        codec.NullableString(ref GroupInstanceId, from: 5);
        codec.String(ref ProtocolType);
        codec.Array(ref Protocols);
        codec.NullableString(ref Reason, from: 8);
    }

    public sealed class Protocol : IProtocolStruct
    {
        public string Name = "";
        public ReadOnlyMemory<byte> Metadata;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Bytes(ref Metadata);
        }
    }
}
