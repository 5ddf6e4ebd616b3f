using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a partition.</summary>
public sealed class AddPartitionsToTxnResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public Result[] ResultsByTransaction = [];
    public TopicResult[] ResultsByTopicV3AndBelow = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode, from: 4);
        codec.Array(ref ResultsByTransaction, from: 4);
        codec.Array(ref ResultsByTopicV3AndBelow, to: 3);
    }

    public sealed class Result : IProtocolStruct
    {
        public string TransactionalId = "";
        public TopicResult[] TopicResults = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref TransactionalId, from: 4);
            codec.Array(ref TopicResults, from: 4);
        }
    }

    public sealed class TopicResult : IProtocolStruct
    {
        public string Name = "";
        public PartitionResult[] ResultsByPartition = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref ResultsByPartition);
        }
    }

    public sealed class PartitionResult : IProtocolStruct
    {
        public int PartitionIndex;
        public KafkaError PartitionErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Error(ref PartitionErrorCode);
        }
    }
}
