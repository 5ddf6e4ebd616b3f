using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Carries an authentication on, where one is asked for and not yet done.</summary>
internal sealed class SaslAuthenticateHandler : IRequestHandler<SaslAuthenticateRequest, SaslAuthenticateResponse>
{
    public ValueTask<SaslAuthenticateResponse?> HandleAsync(SaslAuthenticateRequest request, RequestContext context) =>
        new(context.Peer.Sasl is { IsComplete: false } exchange
            ? exchange.Authenticate(request)
            : new SaslAuthenticateResponse
            {
                ErrorCode = KafkaError.IllegalSaslState,
                ErrorMessage = "SaslAuthenticate request received after successful authentication",
            });
}
