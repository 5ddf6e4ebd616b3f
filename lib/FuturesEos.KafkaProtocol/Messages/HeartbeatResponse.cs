using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>REBALANCE_IN_PROGRESS: join again.</summary>
public sealed class HeartbeatResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs, from: 1);
        codec.Error(ref ErrorCode);
    }
}
