using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Waits until the generation is formed.</summary>
internal sealed class JoinGroupHandler(GroupCoordinator groups) : IRequestHandler<JoinGroupRequest, JoinGroupResponse>
{
    public async ValueTask<JoinGroupResponse?> HandleAsync(JoinGroupRequest request, RequestContext context) =>
        await groups.JoinAsync(request, context);
}
