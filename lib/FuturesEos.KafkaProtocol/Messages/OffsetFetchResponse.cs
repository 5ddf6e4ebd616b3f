using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Offset -1 where nothing is stored.</summary>
public sealed class OffsetFetchResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public Topic[] Topics = [];
    public KafkaError ErrorCode;
    public Group[] Groups = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs, from: 3);
        codec.Array(ref Topics, to: 7);
        codec.Error(ref ErrorCode, from: 2, to: 7);
        codec.Array(ref Groups, from: 8);
    }

    public sealed class Topic : IProtocolStruct
    {
        public string Name = "";
        public Partition[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, to: 7);
            codec.Array(ref Partitions, to: 7);
        }
    }

    public sealed class Partition : IProtocolStruct
    {
        public int PartitionIndex;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public string? Metadata;
        public KafkaError ErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex, to: 7);
            codec.Int64(ref CommittedOffset, to: 7);
            codec.Int32(ref CommittedLeaderEpoch, from: 5, to: 7);
            codec.NullableString(ref Metadata, to: 7);
            codec.Error(ref ErrorCode, to: 7);
        }
    }

    public sealed class Group : IProtocolStruct
    {
        public string GroupId = "";
        public OffsetFetchResponseTopics[] Topics = [];
        public KafkaError ErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref GroupId, from: 8);
            codec.Array(ref Topics, from: 8);
            codec.Error(ref ErrorCode, from: 8);
        }
    }

    public sealed class OffsetFetchResponseTopics : IProtocolStruct
    {
        public string Name = "";
        public Guid TopicId;
        public Partitions[] Partitions = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, from: 8, to: 9);
            codec.Uuid(ref TopicId, from: 10);
            codec.Array(ref Partitions, from: 8);
        }
    }

    public sealed class Partitions : IProtocolStruct
    {
        public int PartitionIndex;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public string? Metadata;
        public KafkaError ErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int32(ref PartitionIndex, from: 8);
            codec.Int64(ref CommittedOffset, from: 8);
            codec.Int32(ref CommittedLeaderEpoch, from: 8);
            codec.NullableString(ref Metadata, from: 8);
            codec.Error(ref ErrorCode, from: 8);
        }
    }
}
