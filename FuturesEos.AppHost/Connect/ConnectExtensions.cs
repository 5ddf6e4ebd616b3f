using FuturesEos.AppHost.Database;
using FuturesEos.AppHost.Kafka;
using FuturesEos.AppHost.Services;
using FuturesEos.Topology;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FuturesEos.AppHost.Connect;

/// <summary>Adds Kafka Connect with Debezium, and the connector that carries the outbox.</summary>
internal static class ConnectExtensions
{
    private const string Http = "http";
    private static readonly TimeSpan ConnectorPatience = TimeSpan.FromSeconds(90);

    /// <summary>The worker.</summary>
    public static IResourceBuilder<ContainerResource> AddConnectWorker(
        this IDistributedApplicationBuilder builder,
        string name,
        TopologyOptions options,
        IResourceBuilder<KafkaClusterResource> kafka,
        FuturesDatabase database)
    {
        var worker = builder.AddContainer(name, Images.Connect, Images.ConnectTag)
            .WithHttpEndpoint(targetPort: ConnectWorker.RestPort, name: Http)
            .WithHttpHealthCheck("/connectors", 200, Http)
            .WithEnvironment(ConnectWorker.Database.Host, database.Host)
            .WithEnvironment(ConnectWorker.Database.Port, database.Port)
            .WithEnvironment(ConnectWorker.Database.Name, DatabaseServer.Database)
            .WithEnvironment(ConnectWorker.Database.User, DatabaseLogins.Relay)
            .WithEnvironment(ConnectWorker.Database.Password, database.RelayPassword)
            .WaitFor(kafka)
            .WaitFor(database.Server)
            .ExcludeFromManifest();
        foreach (var (setting, value) in ConnectWorker.Settings(
            options.Shape, KafkaNode.InternalBootstrap(KafkaNode.InContainers(options.Shape))))
            worker.WithEnvironment(ConnectWorker.Variable(setting), value);
        return worker;
    }

    /// <summary>
    /// The connector: given to the worker when that is healthy, and RUNNING or failed with its own error.
    /// </summary>
    public static IResourceBuilder<OutboxConnectorResource> AddOutboxConnector(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ContainerResource> worker)
    {
        var configuration = Path.Combine(builder.SolutionFolder(), ConnectWorker.ConnectorFile);
        var rest = worker.GetEndpoint(Http, KnownNetworkIdentifiers.LocalhostNetwork);
        worker.WithHttpCommand(
            $"/connectors/{ConnectWorker.ConnectorName}/restart?includeTasks=true&onlyFailed=false",
            "Restart the connector", Http,
            "restart-connector",
            new HttpCommandOptions { Method = HttpMethod.Post, Description = "Restarts the connector and its task" });
        var health = new OutboxConnectorHealth(rest);
        builder.Services.AddHealthChecks()
            .Add(new HealthCheckRegistration(name, _ => health, failureStatus: null, tags: null));
        return builder.AddResource(new OutboxConnectorResource(name))
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "DebeziumConnector", Properties = [], State = KnownResourceStates.NotStarted,
            })
            .WithHealthCheck(name)
            .WaitFor(worker)
            .WithParentRelationship(worker)
            .ExcludeFromManifest()
            .OnInitializeResource(
            (connector, start, cancellation) => RunAsync(connector, configuration, rest, start, cancellation));
    }

    private static async Task RunAsync(
        OutboxConnectorResource connector,
        string file, EndpointReference rest, InitializeResourceEvent start, CancellationToken cancellation)
    {
        try
        {
            // waits are here
            await start.Eventing.PublishAsync(new BeforeResourceStartedEvent(connector, start.Services), cancellation);
            using var http = new HttpClient();
            var connect = new ConnectClient(
                http, TimeProvider.System, new Uri((await rest.GetValueAsync(cancellation))!));
            await connect.PutAsync(
                ConnectWorker.ConnectorName, await File.ReadAllTextAsync(file, cancellation), cancellation);
            await connect.WaitRunningAsync(ConnectWorker.ConnectorName, ConnectorPatience, cancellation);
            start.Logger.ConnectorRuns(ConnectWorker.ConnectorName);
            await start.Notifications.PublishUpdateAsync(
                connector, state => state with { State = KnownResourceStates.Running });
        }
        // the outermost place: whatever it was, the dashboard shows it
        catch (Exception e) when (e is not OperationCanceledException)
        {
            start.Logger.ConnectorFailed(e.Message);
            await start.Notifications.PublishUpdateAsync(
                connector, state => state with { State = KnownResourceStates.FailedToStart });
        }
    }
}
