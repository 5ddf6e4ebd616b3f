using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Deletes topics by name, or by id from version 6 on.</summary>
public sealed class DeleteTopicsRequest : IKafkaRequest<DeleteTopicsResponse>
{
    public static Api Api { get; } = new(ApiKey.DeleteTopics, 1, 6, flexibleFrom: 4);

    public DeleteTopicState[] Topics = [];
    public string[] TopicNames = [];
    public int TimeoutMs;

    public void Visit(ProtocolCodec codec)
    {
        codec.Array(ref Topics, from: 6);
        codec.Strings(ref TopicNames, to: 5);
        codec.Int32(ref TimeoutMs);
    }

    public sealed class DeleteTopicState : IProtocolStruct
    {
        public string? Name;
        public Guid TopicId;

        public void Visit(ProtocolCodec codec)
        {
            codec.NullableString(ref Name, from: 6);
            codec.Uuid(ref TopicId, from: 6);
        }
    }
}
