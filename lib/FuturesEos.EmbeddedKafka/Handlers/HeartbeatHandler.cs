using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Keeps a member's session.</summary>
internal sealed class HeartbeatHandler(GroupCoordinator groups) : IRequestHandler<HeartbeatRequest, HeartbeatResponse>
{
    public ValueTask<HeartbeatResponse?> HandleAsync(HeartbeatRequest request, RequestContext context) =>
        new(new HeartbeatResponse { ErrorCode = groups.Heartbeat(request) });
}
