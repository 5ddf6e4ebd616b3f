using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Asks for rights.</summary>
public sealed class DescribeAclsRequest : IKafkaRequest<DescribeAclsResponse>
{
    public static Api Api { get; } = new(ApiKey.DescribeAcls, 1, 3, flexibleFrom: 2);

    public sbyte ResourceTypeFilter;
    public string? ResourceNameFilter;
    public sbyte PatternTypeFilter = 3;
    public string? PrincipalFilter;
    public string? HostFilter;
    public sbyte Operation;
    public sbyte PermissionType;

    public void Visit(ProtocolCodec codec)
    {
        codec.Int8(ref ResourceTypeFilter);
        codec.NullableString(ref ResourceNameFilter);
        codec.Int8(ref PatternTypeFilter);
        codec.NullableString(ref PrincipalFilter);
        codec.NullableString(ref HostFilter);
        codec.Int8(ref Operation);
        codec.Int8(ref PermissionType);
    }
}
