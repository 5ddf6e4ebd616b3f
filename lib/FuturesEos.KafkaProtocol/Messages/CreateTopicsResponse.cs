using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a topic.</summary>
public sealed class CreateTopicsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public CreatableTopicResult[] Topics = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Topics);
    }

    public sealed class CreatableTopicResult : ITaggedFields
    {
        public string Name = "";
        public Guid TopicId;
        public KafkaError ErrorCode;
        public string? ErrorMessage;
        public KafkaError TopicConfigErrorCode;
        public int NumPartitions = -1;
        public short ReplicationFactor = -1;
        public CreatableTopicConfigs[]? Configs;

        public int TagCount => 1;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Uuid(ref TopicId, from: 7);
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Int32(ref NumPartitions, from: 5);
            codec.Int16(ref ReplicationFactor, from: 5);
            codec.NullableArray(ref Configs, from: 5);
        }

        public bool HasTag(int tag) => TopicConfigErrorCode != KafkaError.None;

        public void VisitTag(ProtocolCodec codec, int tag) => codec.Error(ref TopicConfigErrorCode, from: 5);
    }

    public sealed class CreatableTopicConfigs : IProtocolStruct
    {
        public string Name = "";
        public string? Value;
        public bool ReadOnly;
        public sbyte ConfigSource = -1;
        public bool IsSensitive;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name, from: 5);
            codec.NullableString(ref Value, from: 5);
            codec.Bool(ref ReadOnly, from: 5);
            codec.Int8(ref ConfigSource, from: 5);
            codec.Bool(ref IsSensitive, from: 5);
        }
    }
}
