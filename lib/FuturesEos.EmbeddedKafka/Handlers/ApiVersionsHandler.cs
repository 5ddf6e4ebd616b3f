using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// Tells what the broker speaks. No feature transaction.version is finalized: clients then use protocol 1 of transactions,
/// the only one that librdkafka has.
/// </summary>
internal sealed class ApiVersionsHandler(Func<ApiVersionsResponse.ApiVersion[]> offered)
    : IRequestHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    public ValueTask<ApiVersionsResponse?> HandleAsync(ApiVersionsRequest request, RequestContext context) =>
        new(new ApiVersionsResponse { ApiKeys = offered(), FinalizedFeaturesEpoch = 0 });
}
