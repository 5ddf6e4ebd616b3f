using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a resource.</summary>
public sealed class AlterConfigsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public AlterConfigsResourceResponse[] Responses = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Responses);
    }

    public sealed class AlterConfigsResourceResponse : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public string? ErrorMessage;
        public sbyte ResourceType;
        public string ResourceName = "";

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Int8(ref ResourceType);
            codec.String(ref ResourceName);
        }
    }
}
