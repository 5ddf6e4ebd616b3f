using System.Text.RegularExpressions;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// Tells what the broker speaks. By the feature transaction.version Java clients take protocol 2 of transactions;
/// librdkafka, which does not read it, has protocol 1 only.
/// </summary>
internal sealed partial class ApiVersionsHandler(Func<ApiVersionsResponse.ApiVersion[]> offered)
    : IRequestHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    private const short NamesSince = 3;
    private const string TransactionVersion = "transaction.version";
    private const short Second = (short)TransactionProtocol.Second;

    public ValueTask<ApiVersionsResponse?> HandleAsync(ApiVersionsRequest request, RequestContext context)
    {
        if (context.Version >= NamesSince
            && !(Name().IsMatch(request.ClientSoftwareName) && Name().IsMatch(request.ClientSoftwareVersion)))
            return new(new ApiVersionsResponse { ErrorCode = KafkaError.InvalidRequest });
        context.Peer.Sasl?.IsToldVersions();
        return new(new ApiVersionsResponse
        {
            ApiKeys = offered(),
            SupportedFeatures = [new() { Name = TransactionVersion, MaxVersion = Second }],
            FinalizedFeaturesEpoch = 0,
            FinalizedFeatures =
            [
                new() { Name = TransactionVersion, MinVersionLevel = Second, MaxVersionLevel = Second },
            ],
        });
    }

    // KIP-511
    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
