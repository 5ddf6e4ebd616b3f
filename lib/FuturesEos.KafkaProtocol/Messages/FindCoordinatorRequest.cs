using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>Who coordinates a group (key type 0) or a transactional id (1).</summary>
public sealed class FindCoordinatorRequest : IKafkaRequest<FindCoordinatorResponse>
{
    public static Api Api { get; } = new(ApiKey.FindCoordinator, 0, 4, flexibleFrom: 3);

    public string Key = "";
    public sbyte KeyType;
    public string[] CoordinatorKeys = [];

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref Key, to: 3);
        codec.Int8(ref KeyType, from: 1);
        codec.Strings(ref CoordinatorKeys, from: 4);
    }
}
