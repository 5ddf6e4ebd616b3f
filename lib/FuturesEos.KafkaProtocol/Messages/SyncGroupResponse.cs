using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>This member's assignment.</summary>
public sealed class SyncGroupResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public string? ProtocolType;
    public string? ProtocolName;
    public ReadOnlyMemory<byte> Assignment;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs, from: 1);
        codec.Error(ref ErrorCode);
        codec.NullableString(ref ProtocolType, from: 5);
        codec.NullableString(ref ProtocolName, from: 5);
        codec.Bytes(ref Assignment);
    }
}
