using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>
/// Registers partitions with a transaction before it writes to them. From version 4 on only brokers send it.
/// </summary>
public sealed class AddPartitionsToTxnRequest : IKafkaRequest<AddPartitionsToTxnResponse>
{
    public static Api Api { get; } = new(ApiKey.AddPartitionsToTxn, 0, 3, flexibleFrom: 3);

    public Transaction[] Transactions = [];
    public string V3AndBelowTransactionalId = "";
    public long V3AndBelowProducerId;
    public short V3AndBelowProducerEpoch;
    public Topic[] V3AndBelowTopics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Array(ref Transactions, from: 4);
        codec.String(ref V3AndBelowTransactionalId, to: 3);
        codec.Int64(ref V3AndBelowProducerId, to: 3);
        codec.Int16(ref V3AndBelowProducerEpoch, to: 3);
        codec.Array(ref V3AndBelowTopics, to: 3);
    }

    public sealed class Transaction : IProtocolStruct
    {
        public string TransactionalId = "";
        public long ProducerId;
        public short ProducerEpoch;
        public bool VerifyOnly;
        public Topic[] Topics = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref TransactionalId, from: 4);
            codec.Int64(ref ProducerId, from: 4);
            codec.Int16(ref ProducerEpoch, from: 4);
            codec.Bool(ref VerifyOnly, from: 4);
            codec.Array(ref Topics, from: 4);
        }
    }

    public sealed class Topic : IProtocolStruct
    {
        public string Name = "";
        public int[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Int32s(ref Partitions);
        }
    }
}
