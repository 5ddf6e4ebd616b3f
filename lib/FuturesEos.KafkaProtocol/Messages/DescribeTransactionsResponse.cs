using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>State, timeout, partitions.</summary>
public sealed class DescribeTransactionsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public TransactionEntry[] TransactionStates = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref TransactionStates);
    }

    public sealed class TransactionEntry : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public string TransactionalId = "";
        public string TransactionState = "";
        public int TransactionTimeoutMs;
        public long TransactionStartTimeMs;
        public long ProducerId;
        public short ProducerEpoch;
        public TopicData[] Topics = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.String(ref TransactionalId);
            codec.String(ref TransactionState);
            codec.Int32(ref TransactionTimeoutMs);
            codec.Int64(ref TransactionStartTimeMs);
            codec.Int64(ref ProducerId);
            codec.Int16(ref ProducerEpoch);
            codec.Array(ref Topics);
        }
    }

    public sealed class TopicData : IProtocolStruct
    {
        public string Topic = "";
        public int[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Topic);
            codec.Int32s(ref Partitions);
        }
    }
}
