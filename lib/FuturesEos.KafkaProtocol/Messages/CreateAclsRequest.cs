using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Gives and takes rights.</summary>
public sealed class CreateAclsRequest : IKafkaRequest<CreateAclsResponse>
{
    public static Api Api { get; } = new(ApiKey.CreateAcls, 1, 3, flexibleFrom: 2);

    public AclCreation[] Creations = [];

    public void Visit(ProtocolCodec codec) => codec.Array(ref Creations);

    public sealed class AclCreation : IProtocolStruct
    {
        public sbyte ResourceType;
        public string ResourceName = "";
        public sbyte ResourcePatternType = 3;
        public string Principal = "";
        public string Host = "";
        public sbyte Operation;
        public sbyte PermissionType;

        public void Visit(ProtocolCodec codec)
        {
            codec.Int8(ref ResourceType);
            codec.String(ref ResourceName);
            codec.Int8(ref ResourcePatternType);
            codec.String(ref Principal);
            codec.String(ref Host);
            codec.Int8(ref Operation);
            codec.Int8(ref PermissionType);
        }
    }
}
