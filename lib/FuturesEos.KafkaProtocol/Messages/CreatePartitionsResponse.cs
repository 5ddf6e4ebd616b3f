using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a topic.</summary>
public sealed class CreatePartitionsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public TopicResult[] Results = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Results);
    }

    public sealed class TopicResult : IProtocolStruct
    {
        public string Name = "";
        public KafkaError ErrorCode;
        public string? ErrorMessage;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Name);
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
        }
    }
}
