using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>
/// Names the mechanism. After version 1 tokens come as SaslAuthenticate; after version 0 as bare frames,
/// without header.
/// </summary>
public sealed class SaslHandshakeRequest : IKafkaRequest<SaslHandshakeResponse>
{
    public static Api Api { get; } = new(ApiKey.SaslHandshake, 0, 1, flexibleFrom: Api.NeverFlexible);

    public string Mechanism = "";

    public void Visit(ProtocolCodec codec) => codec.String(ref Mechanism);
}
