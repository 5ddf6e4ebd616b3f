using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Commits or aborts.</summary>
public sealed class EndTxnRequest : IKafkaRequest<EndTxnResponse>
{
    public static Api Api { get; } = new(ApiKey.EndTxn, 0, 5, flexibleFrom: 3);

    public string TransactionalId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public bool Committed;

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref TransactionalId);
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
        codec.Bool(ref Committed);
    }
}
