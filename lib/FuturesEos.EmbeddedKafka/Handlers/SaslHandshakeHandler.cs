using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Begins an authentication, where one is asked for and not yet done.</summary>
internal sealed class SaslHandshakeHandler : IRequestHandler<SaslHandshakeRequest, SaslHandshakeResponse>
{
    public ValueTask<SaslHandshakeResponse?> HandleAsync(SaslHandshakeRequest request, RequestContext context) =>
        new(context.Peer.Sasl is { IsComplete: false } exchange
            ? exchange.Handshake(request, context.Version)
            : new SaslHandshakeResponse { ErrorCode = KafkaError.IllegalSaslState });
}
