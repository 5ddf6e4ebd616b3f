using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One token of the mechanism that SaslHandshake named (KIP-152).</summary>
public sealed class SaslAuthenticateRequest : IKafkaRequest<SaslAuthenticateResponse>
{
    public static Api Api { get; } = new(ApiKey.SaslAuthenticate, 0, 2, flexibleFrom: 2);

    public ReadOnlyMemory<byte> AuthBytes;

    public void Visit(ProtocolCodec codec) => codec.Bytes(ref AuthBytes);
}
