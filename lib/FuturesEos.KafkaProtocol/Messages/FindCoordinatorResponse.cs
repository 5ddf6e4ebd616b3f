using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>The coordinator's address.</summary>
public sealed class FindCoordinatorResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public string? ErrorMessage;
    public int NodeId;
    public string Host = "";
    public int Port;
    public Coordinator[] Coordinators = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs, from: 1);
        codec.Error(ref ErrorCode, to: 3);
        codec.NullableString(ref ErrorMessage, from: 1, to: 3);
        codec.Int32(ref NodeId, to: 3);
        codec.String(ref Host, to: 3);
        codec.Int32(ref Port, to: 3);
        codec.Array(ref Coordinators, from: 4);
    }

    public sealed class Coordinator : IProtocolStruct
    {
        public string Key = "";
        public int NodeId;
        public string Host = "";
        public int Port;
        public KafkaError ErrorCode;
        public string? ErrorMessage;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Key, from: 4);
            codec.Int32(ref NodeId, from: 4);
            codec.String(ref Host, from: 4);
            codec.Int32(ref Port, from: 4);
            codec.Error(ref ErrorCode, from: 4);
            codec.NullableString(ref ErrorMessage, from: 4);
        }
    }
}
