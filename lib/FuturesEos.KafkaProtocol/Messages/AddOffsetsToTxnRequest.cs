using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Registers a group's offsets with a transaction.</summary>
public sealed class AddOffsetsToTxnRequest : IKafkaRequest<AddOffsetsToTxnResponse>
{
    public static Api Api { get; } = new(ApiKey.AddOffsetsToTxn, 0, 4, flexibleFrom: 3);

    public string TransactionalId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public string GroupId = "";

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref TransactionalId);
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
        codec.String(ref GroupId);
    }
}
