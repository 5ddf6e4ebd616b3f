using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>The id and epoch to write with.</summary>
public sealed class InitProducerIdResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public long ProducerId = -1;
    public short ProducerEpoch;
    public long OngoingTxnProducerId = -1;
    public short OngoingTxnProducerEpoch = -1;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode);
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
        codec.Int64(ref OngoingTxnProducerId, from: 6);
        codec.Int16(ref OngoingTxnProducerEpoch, from: 6);
    }
}
