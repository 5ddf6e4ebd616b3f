using FuturesEos.Topology;

namespace FuturesEos.AppHost.Kafka;

/// <summary>The cluster as its clients see it: one connection string for all brokers.</summary>
internal sealed class KafkaClusterResource : Resource, IResourceWithConnectionString, IResourceWithWaitSupport
{
    private readonly IReadOnlyList<KafkaBrokerResource> _brokers;

    public KafkaClusterResource(
        string name, IReadOnlyList<KafkaBrokerResource> brokers, IReadOnlyList<KafkaNode> nodes) : base(name)
    {
        _brokers = brokers;
        InternalBootstrapServers = KafkaNode.InternalBootstrap(nodes);
    }

    /// <summary>How many brokers make it whole.</summary>
    public int BrokerCount => _brokers.Count;

    /// <summary>For containers: <c>kafka-1:19092,kafka-2:19092,kafka-3:19092</c>.</summary>
    public string InternalBootstrapServers { get; }

    /// <summary>For programs on this machine: the host's address of each broker, separated by commas.</summary>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var servers = new ReferenceExpressionBuilder();
            foreach (var broker in _brokers)
            {
                if (!servers.IsEmpty) servers.AppendLiteral(",");
                servers.AppendFormatted(broker.HostAddress);
            }

            return servers.Build();
        }
    }

    /// <summary>The connection string, as soon as the brokers' ports are known.</summary>
    public async Task<string> BootstrapServersAsync(CancellationToken cancellation) =>
        await ConnectionStringExpression.GetValueAsync(cancellation)
        ?? throw new InvalidOperationException("the brokers' ports are not allocated yet");
}
