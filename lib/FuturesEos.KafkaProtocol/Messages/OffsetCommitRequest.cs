using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Stores a group's positions.</summary>
public sealed class OffsetCommitRequest : IKafkaRequest<OffsetCommitResponse>
{
    public static Api Api { get; } = new(ApiKey.OffsetCommit, 2, 9, flexibleFrom: 8);

    public string GroupId = "";
    public int GenerationIdOrMemberEpoch = -1;
    public string MemberId = "";
    public string? GroupInstanceId;
    public long RetentionTimeMs = -1;
    public Topic[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref GroupId);
        codec.Int32(ref GenerationIdOrMemberEpoch);
        codec.String(ref MemberId);
        codec.NullableString(ref GroupInstanceId, from: 7);
        codec.Int64(ref RetentionTimeMs, to: 4);
        codec.Array(ref Topics);
    }

    public sealed class Topic : IProtocolStruct
    {
        public string Name = "";
        public Guid TopicId;
        public Partition[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, to: 9);
            codec.Uuid(ref TopicId, from: 10);
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
            codec.Int32(ref CommittedLeaderEpoch, from: 6);
            codec.NullableString(ref CommittedMetadata);
        }
    }
}
