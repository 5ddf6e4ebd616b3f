using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>What each filter has deleted.</summary>
public sealed class DeleteAclsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public DeleteAclsFilterResult[] FilterResults = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref FilterResults);
    }

    public sealed class DeleteAclsFilterResult : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public string? ErrorMessage;
        public DeleteAclsMatchingAcl[] MatchingAcls = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Array(ref MatchingAcls);
        }
    }

    public sealed class DeleteAclsMatchingAcl : IProtocolStruct
    {
        public KafkaError ErrorCode;
        public string? ErrorMessage;
        public sbyte ResourceType;
        public string ResourceName = "";
        public sbyte PatternType = 3;
        public string Principal = "";
        public string Host = "";
        public sbyte Operation;
        public sbyte PermissionType;

        public void Visit(ProtocolCodec codec)
        {
            codec.Error(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Int8(ref ResourceType);
            codec.String(ref ResourceName);
            codec.Int8(ref PatternType);
            codec.String(ref Principal);
            codec.String(ref Host);
            codec.Int8(ref Operation);
            codec.Int8(ref PermissionType);
        }
    }
}
