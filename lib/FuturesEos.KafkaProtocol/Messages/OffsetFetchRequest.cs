using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Asks for a group's stored positions; null topics asks for all.</summary>
public sealed class OffsetFetchRequest : IKafkaRequest<OffsetFetchResponse>
{
    public static Api Api { get; } = new(ApiKey.OffsetFetch, 1, 9, flexibleFrom: 6);

    public string GroupId = "";
    public Topic[]? Topics;
    public Group[] Groups = [];
    public bool RequireStable;

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref GroupId, to: 7);
        codec.NullableArray(ref Topics, nullableFrom: 2, to: 7);
        codec.Array(ref Groups, from: 8);
        codec.Bool(ref RequireStable, from: 7);
    }

    public sealed class Topic : IProtocolStruct
    {
        public string Name = "";
        public int[] PartitionIndexes = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, to: 7);
            codec.Int32s(ref PartitionIndexes, to: 7);
        }
    }

    public sealed class Group : IProtocolStruct
    {
        public string GroupId = "";
        public string? MemberId;
        public int MemberEpoch = -1;
        public OffsetFetchRequestTopics[]? Topics;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref GroupId, from: 8);
            codec.NullableString(ref MemberId, from: 9);
            codec.Int32(ref MemberEpoch, from: 9);
            codec.NullableArray(ref Topics, from: 8);
        }
    }

    public sealed class OffsetFetchRequestTopics : IProtocolStruct
    {
        public string Name = "";
        public Guid TopicId;
        public int[] PartitionIndexes = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, from: 8, to: 9);
            codec.Uuid(ref TopicId, from: 10);
            codec.Int32s(ref PartitionIndexes, from: 8);
        }
    }
}
