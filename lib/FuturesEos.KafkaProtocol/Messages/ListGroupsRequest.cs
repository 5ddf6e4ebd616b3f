using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>All groups, perhaps by state.</summary>
public sealed class ListGroupsRequest : IKafkaRequest<ListGroupsResponse>
{
    public static Api Api { get; } = new(ApiKey.ListGroups, 0, 4, flexibleFrom: 3);

    public string[] StatesFilter = [];
    public string[] TypesFilter = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.Strings(ref StatesFilter, from: 4);
        codec.Strings(ref TypesFilter, from: 5);
    }
}
