using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Members and assignments of groups.</summary>
public sealed class DescribeGroupsRequest : IKafkaRequest<DescribeGroupsResponse>
{
    public static Api Api { get; } = new(ApiKey.DescribeGroups, 0, 6, flexibleFrom: 5);

    public string[] Groups = [];
    public bool IncludeAuthorizedOperations;

    public void Visit(ProtocolCodec codec)
    {
        codec.Strings(ref Groups);
        codec.Bool(ref IncludeAuthorizedOperations, from: 3);
    }
}
