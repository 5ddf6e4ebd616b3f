using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Sequence, epoch and open transaction of each.</summary>
public sealed class DescribeProducersResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public TopicResponse[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Topics);
    }

    public sealed class TopicResponse : IProtocolStruct
    {
        public string Name = "";
        public PartitionResponse[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class PartitionResponse : IProtocolStruct
    {
        public int PartitionIndex;
        public KafkaError ErrorCode;
        public string? ErrorMessage;
        public ProducerState[] ActiveProducers = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Array(ref ActiveProducers);
        }
    }

    public sealed class ProducerState : IProtocolStruct
    {
        public long ProducerId;
        public int ProducerEpoch;
        public int LastSequence = -1;
        public long LastTimestamp = -1;
        public int CoordinatorEpoch;
        public long CurrentTxnStartOffset = -1;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int64(ref ProducerId);
            codec.Int32(ref ProducerEpoch);
            codec.Int32(ref LastSequence);
            codec.Int64(ref LastTimestamp);
            codec.Int32(ref CoordinatorEpoch);
            codec.Int64(ref CurrentTxnStartOffset);
        }
    }
}
