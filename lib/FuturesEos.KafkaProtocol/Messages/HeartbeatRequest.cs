using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.KafkaProtocol.Messages;

/// <summary>A member is alive and asks whether the group rebalances.</summary>
public sealed class HeartbeatRequest : IKafkaRequest<HeartbeatResponse>
{
    public static Api Api { get; } = new(ApiKey.Heartbeat, 0, 4, flexibleFrom: 4);

    public string GroupId = "";
    public int GenerationId;
    public string MemberId = "";
    public string? GroupInstanceId;

    public void Visit(ProtocolCodec codec)
    {
        codec.String(ref GroupId);
        codec.Int32(ref GenerationId);
        codec.String(ref MemberId);
        codec.NullableString(ref GroupInstanceId, from: 3);
    }
}
