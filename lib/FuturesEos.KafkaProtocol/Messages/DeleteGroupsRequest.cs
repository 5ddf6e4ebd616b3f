using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Deletes groups without members.</summary>
public sealed class DeleteGroupsRequest : IKafkaRequest<DeleteGroupsResponse>
{
    public static Api Api { get; } = new(ApiKey.DeleteGroups, 0, 2, flexibleFrom: 2);

    public string[] GroupsNames = [];

    public void Visit(ProtocolCodec codec) => codec.Strings(ref GroupsNames);
}
