using System.Text.RegularExpressions;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// Tells what the broker speaks. No feature transaction.version is finalized: clients then use protocol 1 of transactions,
/// the only one that librdkafka has.
/// </summary>
internal sealed partial class ApiVersionsHandler(Func<ApiVersionsResponse.ApiVersion[]> offered)
    : IRequestHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    private const short NamesSince = 3;

    public ValueTask<ApiVersionsResponse?> HandleAsync(ApiVersionsRequest request, RequestContext context)
    {
        if (context.Version >= NamesSince
            && !(Name().IsMatch(request.ClientSoftwareName) && Name().IsMatch(request.ClientSoftwareVersion)))
            return new(new ApiVersionsResponse { ErrorCode = KafkaError.InvalidRequest });
        context.Peer.Sasl?.IsToldVersions();
        return new(new ApiVersionsResponse { ApiKeys = offered(), FinalizedFeaturesEpoch = 0 });
    }

    // KIP-511
    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
