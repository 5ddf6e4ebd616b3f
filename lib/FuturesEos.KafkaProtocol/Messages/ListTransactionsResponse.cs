using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Ids and states.</summary>
public sealed class ListTransactionsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public string[] UnknownStateFilters = [];
    public TransactionEntry[] TransactionStates = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode);
        codec.Strings(ref UnknownStateFilters);
        codec.Array(ref TransactionStates);
    }

    public sealed class TransactionEntry : IProtocolStruct
    {
        public string TransactionalId = "";
        public long ProducerId;
        public string TransactionState = "";

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref TransactionalId);
            codec.Int64(ref ProducerId);
            codec.String(ref TransactionState);
        }
    }
}
