using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>
/// Gives a producer its id and epoch, ends what its predecessor of the same transactional id left open.
/// </summary>
public sealed class InitProducerIdRequest : IKafkaRequest<InitProducerIdResponse>
{
    public static Api Api { get; } = new(ApiKey.InitProducerId, 0, 5, flexibleFrom: 2);

    public string? TransactionalId;
    public int TransactionTimeoutMs;
    public long ProducerId = -1;
    public short ProducerEpoch = -1;
    public bool Enable2Pc;
    public bool KeepPreparedTxn;

    public void Visit(ProtocolCodec codec)
    {
        codec.NullableString(ref TransactionalId);
        codec.Int32(ref TransactionTimeoutMs);
        codec.Int64(ref ProducerId, from: 3);
        codec.Int16(ref ProducerEpoch, from: 3);
        codec.Bool(ref Enable2Pc, from: 6);
        codec.Bool(ref KeepPreparedTxn, from: 6);
    }
}
