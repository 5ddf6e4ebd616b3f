using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a right.</summary>
public sealed class CreateAclsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public AclCreationResult[] Results = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Results);
    }

    public sealed class AclCreationResult : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public string? ErrorMessage;

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
        }
    }
}
