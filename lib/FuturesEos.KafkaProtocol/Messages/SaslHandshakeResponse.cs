using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>The mechanisms that are enabled, whether the one asked for is among them or not.</summary>
public sealed class SaslHandshakeResponse : IProtocolStruct
{
    public KafkaError ErrorCode;
    public string[] Mechanisms = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Error(ref ErrorCode);
        codec.Strings(ref Mechanisms);
    }
}
