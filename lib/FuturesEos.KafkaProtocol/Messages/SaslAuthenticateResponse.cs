using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>The mechanism's answer to the token, or why the connection is closed next.</summary>
public sealed class SaslAuthenticateResponse : IProtocolStruct
{
    public KafkaError ErrorCode;
    public string? ErrorMessage;
    public ReadOnlyMemory<byte> AuthBytes;
    public long SessionLifetimeMs;

    public void Visit(ProtocolCodec codec)
    {
        codec.Error(ref ErrorCode);
        codec.NullableString(ref ErrorMessage);
        codec.Bytes(ref AuthBytes);
        codec.Int64(ref SessionLifetimeMs, from: 1);
    }
}
