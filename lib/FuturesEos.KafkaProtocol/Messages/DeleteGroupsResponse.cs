using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>One code a group.</summary>
public sealed class DeleteGroupsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public DeletableGroupResult[] Results = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Results);
    }

    public sealed class DeletableGroupResult : IProtocolStruct
    {
        public string GroupId = "";
        public KafkaError ErrorCode;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref GroupId);
            codec.Error(ref ErrorCode);
        }
    }
}
