using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Who leads which partition of which topic; null topics asks for all.</summary>
public sealed class MetadataRequest : IKafkaRequest<MetadataResponse>
{
    public static Api Api { get; } = new(ApiKey.Metadata, 0, 12, flexibleFrom: 9);

    public Topic[]? Topics;
    public bool AllowAutoTopicCreation = true;
    public bool IncludeClusterAuthorizedOperations;
    public bool IncludeTopicAuthorizedOperations;

    public void Visit(ProtocolCodec codec)
    {
        codec.NullableArray(ref Topics, nullableFrom: 1);
        codec.Bool(ref AllowAutoTopicCreation, from: 4);
        codec.Bool(ref IncludeClusterAuthorizedOperations, from: 8, to: 10);
        codec.Bool(ref IncludeTopicAuthorizedOperations, from: 8);
    }

    public sealed class Topic : IProtocolStruct
    {
        public Guid TopicId;
        public string? Name;

        public void Visit(ProtocolCodec codec)
        {
            codec.Uuid(ref TopicId, from: 10);
            codec.NullableString(ref Name, nullableFrom: 10);
        }
    }
}
