using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>A code.</summary>
public sealed class AddOffsetsToTxnResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode);
    }
}
