using FuturesEos.AppHost.Services;
using FuturesEos.Topology;

namespace FuturesEos.AppHost.Kafka;

/// <summary>Adds the embedded broker, a process of its own, as a cluster of one node.</summary>
internal static class EmbeddedKafka
{
    private const string ClientEndpoint = "tcp";

    /// <summary>The broker, the cluster over it, and the topics before anybody else sees it ready.</summary>
    public static IResourceBuilder<KafkaClusterResource> AddEmbeddedKafka(
        this IDistributedApplicationBuilder builder, string name, TopologyOptions options, LocalData data)
    {
        var broker = builder.AddService<Projects.FuturesEos_Cli>($"{name}-1")
            .WithArgs("run", "broker")
            .WithEndpoint(scheme: "tcp", name: ClientEndpoint, env: "Broker__Port")
            .WithEnvironment("Broker__Data", data.StateOf("kafka-1"))
            .WithIconName("Server")
            .WithKillCommand();
        var address = broker.GetEndpoint(ClientEndpoint).Property(EndpointProperty.HostAndPort);
        broker.WithEnvironment("Broker__Advertised", ReferenceExpression.Create($"{address}"));
        return builder.AddCluster(new KafkaClusterResource(name, options.Shape, [address]), [broker]);
    }
}
