using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Positions that count if the transaction commits.</summary>
public sealed class TxnOffsetCommitRequest : IKafkaRequest<TxnOffsetCommitResponse>
{
    public static Api Api { get; } = new(ApiKey.TxnOffsetCommit, 0, 5, flexibleFrom: 3);

    public string TransactionalId = "";
    public string GroupId = "";
    public long ProducerId;
    public short ProducerEpoch;
    public int GenerationId = -1;
    public string MemberId = "";
    public string? GroupInstanceId;
    public Topic[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref TransactionalId);
        codec.String(ref GroupId);
        codec.Int64(ref ProducerId);
        codec.Int16(ref ProducerEpoch);
        codec.Int32(ref GenerationId, from: 3);
        codec.String(ref MemberId, from: 3);
        codec.NullableString(ref GroupInstanceId, from: 3);
        codec.Array(ref Topics);
    }

    public sealed class Topic : IProtocolStruct
    {
        public string Name = "";
        public Partition[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Array(ref Partitions);
        }
    }

    public sealed class Partition : IProtocolStruct
    {
        public int PartitionIndex;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public string? CommittedMetadata;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex);
            codec.Int64(ref CommittedOffset);
            codec.Int32(ref CommittedLeaderEpoch, from: 2);
            codec.NullableString(ref CommittedMetadata);
        }
    }
}
