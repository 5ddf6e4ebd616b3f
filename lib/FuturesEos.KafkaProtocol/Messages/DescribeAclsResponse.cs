using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Rights by what they are about.</summary>
public sealed class DescribeAclsResponse : IProtocolStruct
{
    public int ThrottleTimeMs;
    public KafkaError ErrorCode;
    public string? ErrorMessage;
    public DescribeAclsResource[] Resources = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Error(ref ErrorCode);
        codec.NullableString(ref ErrorMessage);
        codec.Array(ref Resources);
    }

    public sealed class DescribeAclsResource : IProtocolStruct
    {
        public sbyte ResourceType;
        public string ResourceName = "";
        public sbyte PatternType = 3;
        public AclDescription[] Acls = [];

        public void Visit(ProtocolCodec codec)
        {
            codec.Int8(ref ResourceType);
            codec.String(ref ResourceName);
            codec.Int8(ref PatternType);
            codec.Array(ref Acls);
        }
    }

    public sealed class AclDescription : IProtocolStruct
    {
        public string Principal = "";
        public string Host = "";
        public sbyte Operation;
        public sbyte PermissionType;

        public void Visit(ProtocolCodec codec)
        {
            codec.String(ref Principal);
            codec.String(ref Host);
            codec.Int8(ref Operation);
            codec.Int8(ref PermissionType);
        }
    }
}
