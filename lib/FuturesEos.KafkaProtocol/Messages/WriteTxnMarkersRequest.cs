using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>
/// Ends a transaction in partitions: from coordinators, and from operators who abort a hanging one (KIP-664).
/// </summary>
public sealed class WriteTxnMarkersRequest : IKafkaRequest<WriteTxnMarkersResponse>
{
    public static Api Api { get; } = new(ApiKey.WriteTxnMarkers, 1, 2, flexibleFrom: 1);

    public WritableTxnMarker[] Markers = [];

    public void Visit(ProtocolCodec codec) => codec.Array(ref Markers);

    public sealed class WritableTxnMarker : IProtocolStruct
    {
        public long ProducerId;
        public short ProducerEpoch;
        public bool TransactionResult;
        public WritableTxnMarkerTopic[] Topics = [];
        public int CoordinatorEpoch;
        public sbyte TransactionVersion;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int64(ref ProducerId);
            codec.Int16(ref ProducerEpoch);
            codec.Bool(ref TransactionResult);
            codec.Array(ref Topics);
            codec.Int32(ref CoordinatorEpoch);
            codec.Int8(ref TransactionVersion, from: 2);
        }
    }

    public sealed class WritableTxnMarkerTopic : IProtocolStruct
    {
        public string Name = "";
        public int[] PartitionIndexes = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Int32s(ref PartitionIndexes);
        }
    }
}
