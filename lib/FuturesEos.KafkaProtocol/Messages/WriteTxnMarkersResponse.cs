using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a partition.</summary>
public sealed class WriteTxnMarkersResponse : IProtocolStruct
{
    public WritableTxnMarkerResult[] Markers = [];

    public void Visit(ProtocolCodec codec) => codec.Array(ref Markers);

    public sealed class WritableTxnMarkerResult : IProtocolStruct
    {
        public long ProducerId;
        public WritableTxnMarkerTopicResult[] Topics = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Int64(ref ProducerId);
            codec.Array(ref Topics);
        }
    }

    public sealed class WritableTxnMarkerTopicResult : IProtocolStruct
    {
        public string Name = "";
        public WritableTxnMarkerPartitionResult[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class WritableTxnMarkerPartitionResult : IProtocolStruct
    {
        public int PartitionIndex;
        public KafkaError ErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Error(ref ErrorCode);
        }
    }
}
