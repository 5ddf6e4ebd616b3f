using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Topology;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FuturesEos.AppHost.Kafka;

/// <summary>
/// Adds a cluster of Apache Kafka nodes. <c>AddKafka</c> is one node with one address, for less than this system needs.
/// </summary>
internal static class KafkaCluster
{
    private static readonly TimeSpan TopicPatience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The brokers, the cluster over them, its health, and the topics before anybody else sees it ready.
    /// </summary>
    public static IResourceBuilder<KafkaClusterResource> AddKafkaCluster(
        this IDistributedApplicationBuilder builder, string name, TopologyOptions options, LocalData data)
    {
        var nodes = KafkaNode.InContainers(options.Shape);
        var brokers = nodes.Select(node => builder.AddBroker(options, data, node, nodes)).ToList();
        var addresses = brokers.Select(broker => broker.Resource.HostAddress).ToList();
        return builder.AddCluster(new KafkaClusterResource(name, options.Shape, addresses), brokers);
    }

    /// <summary>A cluster over brokers of any make.</summary>
    public static IResourceBuilder<KafkaClusterResource> AddCluster<TBroker>(
        this IDistributedApplicationBuilder builder,
        KafkaClusterResource resource, IReadOnlyList<IResourceBuilder<TBroker>> brokers)
        where TBroker : IResource
    {
        var cluster = builder.AddResource(resource)
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "KafkaCluster", Properties = [], State = KnownResourceStates.NotStarted,
            })
            .WithIconName("Stream")
            .WithClusterHealth()
            .ExcludeFromManifest()
            .OnInitializeResource(StartAsync)
            .OnResourceReady((made, ready, cancellation) => CreateTopicsAsync(made, ready.Services, cancellation));
        foreach (var broker in brokers)
        {
            cluster.WaitForStart((IResourceBuilder<IResource>)broker);
            // how the dashboard nests them; the brokers themselves wait for nobody
            broker.WithParentRelationship(cluster);
        }

        return cluster;
    }

    /// <summary>A page on the cluster's topics and groups.</summary>
    public static void AddKafkaUi(
        this IDistributedApplicationBuilder builder,
        string name, IResourceBuilder<KafkaClusterResource> cluster, TopologyOptions options) =>
        builder.AddContainer(name, Images.KafkaUi, Images.KafkaUiTag)
            .WithEnvironment("KAFKA_CLUSTERS_0_NAME", cluster.Resource.Name)
            .WithEnvironment(
                "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS",
                KafkaNode.InternalBootstrap(KafkaNode.InContainers(options.Shape)))
            .WithEnvironment("KAFKA_CLUSTERS_0_READONLY", "true")
            .WithHttpEndpoint(targetPort: 8080, name: "http")
            .WaitFor(cluster)
            .ExcludeFromManifest();

    // No waiting among brokers: a quorum needs two of three to be up before any of them is healthy.
    private static IResourceBuilder<KafkaBrokerResource> AddBroker(
        this IDistributedApplicationBuilder builder,
        TopologyOptions options, LocalData data, KafkaNode node, IReadOnlyList<KafkaNode> nodes)
    {
        var resource = new KafkaBrokerResource(node.Host);
        var broker = builder.AddResource(resource)
            .WithImage(Images.Kafka, Images.KafkaTag)
            .WithEndpoint(targetPort: node.ClientPort, name: KafkaBrokerResource.ClientEndpoint)
            // a restart is a new container: without it, an empty broker
            .WithVolume(data.Volume(node.Host), node.LogFolder)
            .WithSoleUseOf(data.Volume(node.Host))
            .WithEnvironment(KafkaBroker.ClusterIdVariable, KafkaBroker.ClusterId)
            .ExcludeFromManifest();
        foreach (var (setting, value) in KafkaBroker.Settings(options.Shape, node, nodes))
        {
            var variable = KafkaBroker.Variable(setting);
            if (value.Split(KafkaBroker.ClientAddress) is [var before, var after])
                broker.WithEnvironment(variable, ReferenceExpression.Create($"{before}{resource.HostAddress}{after}"));
            else
                broker.WithEnvironment(variable, value);
        }

        return broker;
    }

    private static IResourceBuilder<KafkaClusterResource> WithClusterHealth(
        this IResourceBuilder<KafkaClusterResource> cluster)
    {
        var key = cluster.Resource.Name + "-brokers";
        var health = new KafkaClusterHealth(cluster.Resource);
        cluster.ApplicationBuilder.Services.AddHealthChecks()
            .Add(new HealthCheckRegistration(key, _ => health, failureStatus: null, tags: null));
        return cluster.WithHealthCheck(key);
    }

    // What a resource without a process of its own does to start: the events in the order in which Aspire raises them
    // for others.
    private static async Task StartAsync(
        KafkaClusterResource cluster, InitializeResourceEvent start, CancellationToken cancellation)
    {
        try
        {
            // waits are here
            await start.Eventing.PublishAsync(new BeforeResourceStartedEvent(cluster, start.Services), cancellation);
            await start.Eventing.PublishAsync(
                new ConnectionStringAvailableEvent(cluster, start.Services), cancellation);
            await start.Notifications.PublishUpdateAsync(
                cluster, state => state with { State = KnownResourceStates.Running });
        }
        // the outermost place: whatever it was, the dashboard shows it
        catch (Exception e) when (e is not OperationCanceledException)
        {
            start.Logger.ClusterFailed(cluster.Name, e);
            await start.Notifications.PublishUpdateAsync(
                cluster, state => state with { State = KnownResourceStates.FailedToStart });
        }
    }

    private static async Task CreateTopicsAsync(
        KafkaClusterResource cluster, IServiceProvider services, CancellationToken cancellation)
    {
        var settings = KafkaSettings.From(
            await cluster.BootstrapServersAsync(cancellation), services.GetRequiredService<IConfiguration>());
        var topics = Topics.All().Select(topic => new TopicSpecification
        {
            Name = topic.Name, NumPartitions = topic.Partitions,
            Configs = new Dictionary<string, string>(topic.Settings),
        }).ToList();
        var logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(cluster);
        await KafkaTopics.EnsureAsync(settings, topics, TopicPatience, logger, cancellation);
    }
}
