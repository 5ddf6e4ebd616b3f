using FuturesEos.Topology;

namespace FuturesEos.AppHost.Kafka;

/// <summary>The cluster as its clients see it: one connection string for all brokers.</summary>
/// <param name="name">Of the resource.</param>
/// <param name="shape">How many brokers make it whole, and how many it can lose.</param>
/// <param name="addresses">Where programs on this machine reach each broker.</param>
internal sealed class KafkaClusterResource(
    string name, ClusterShape shape, IReadOnlyList<EndpointReferenceExpression> addresses)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    /// <summary>How many brokers make it whole, and how many it can lose.</summary>
    public ClusterShape Shape => shape;

    /// <summary>For programs on this machine: the host's address of each broker, separated by commas.</summary>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var servers = new ReferenceExpressionBuilder();
            foreach (var address in addresses)
            {
                if (!servers.IsEmpty) servers.AppendLiteral(",");
                servers.AppendFormatted(address);
            }

            return servers.Build();
        }
    }

    /// <summary>The connection string, as soon as the brokers' ports are known.</summary>
    public async Task<string> BootstrapServersAsync(CancellationToken cancellation) =>
        await ConnectionStringExpression.GetValueAsync(cancellation)
        ?? throw new InvalidOperationException("the brokers' ports are not allocated yet");
}
