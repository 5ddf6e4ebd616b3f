using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a topic.</summary>
public sealed class DeleteTopicsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public DeletableTopicResult[] Responses = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Responses);
    }

    public sealed class DeletableTopicResult : IProtocolStruct
    {
        public string? Name;
        public Guid TopicId;
        public KafkaError ErrorCode;
        public string? ErrorMessage;

        public void Visit(ProtocolCodec codec)
        {
            codec.NullableString(ref Name, nullableFrom: 6);
            codec.Uuid(ref TopicId, from: 6);
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage, from: 5);
        }
    }
}
