using FuturesEos.Topology;

namespace FuturesEos.AppHost.Services;

/// <summary>Adds the pipeline's programs.</summary>
internal static class ServiceExtensions
{
    private const string Http = "http";

    /// <summary>A service: its own health and metrics port, and of a reference the connection string only.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var service = builder.AddProject<TProject>(name, options => options.ExcludeLaunchProfile = true)
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
            .WithHttpEndpoint(name: Http)
            .WithHttpHealthCheck(ServiceSettings.HealthPath, endpointName: Http);
        var port = service.GetEndpoint(Http).Property(EndpointProperty.TargetPort);
        return service.WithEnvironment(ServiceSettings.HttpAddress, ReferenceExpression.Create($"127.0.0.1:{port}"));
    }

    /// <summary>The services alone, for Kubernetes: what it provides itself becomes connection strings.</summary>
    public static void AddPublishedSystem(this IDistributedApplicationBuilder builder)
    {
        // an expression: a bare string would name an environment variable to ask for
        var kafka = builder.AddConnectionString(
            PublishedSystem.Kafka, ReferenceExpression.Create($"{PublishedSystem.BootstrapServers}"));
        var futures = builder.AddConnectionString(
            DatabaseServer.Database, ReferenceExpression.Create($"{PublishedSystem.Postgres}"));
        foreach (var published in PublishedSystem.Services)
        {
            var project = Path.Combine(builder.SolutionFolder(), published.ProjectFile);
            var service = builder.AddProject(published.Name, project, options => options.ExcludeLaunchProfile = true)
                .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
                .WithHttpEndpoint(targetPort: ServiceSettings.ContainerHttpPort, name: Http)
                .WithReference(kafka);
            if (published.UsesDatabase) service.WithReference(futures);
        }
    }

    /// <summary>Settings as environment variables.</summary>
    public static IResourceBuilder<ProjectResource> WithSettings(
        this IResourceBuilder<ProjectResource> service, IReadOnlyDictionary<string, string> settings)
    {
        foreach (var (name, value) in settings) service.WithEnvironment(name, value);
        return service;
    }

    /// <summary>A program that runs when a person starts it, does one thing and ends.</summary>
    public static IResourceBuilder<ProjectResource> AddTool<TProject>(
        this IDistributedApplicationBuilder builder,
        string name, IResourceBuilder<ProjectResource> belongsTo, params string[] arguments)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, options => options.ExcludeLaunchProfile = true)
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
            .WithArgs(arguments)
            .WithParentRelationship(belongsTo)
            .WithExplicitStart();

    /// <summary>Folder of the solution.</summary>
    public static string SolutionFolder(this IDistributedApplicationBuilder builder) =>
        Path.GetFullPath(Path.Combine(builder.AppHostDirectory, ".."));

    /// <summary>A day of real trades.</summary>
    public static string Sample(this IDistributedApplicationBuilder builder) =>
        Path.Combine(builder.SolutionFolder(), "samples", "XRPETH-trades-2019-10-11.csv");

    /// <summary>Where a service keeps state that belongs to the data on the volumes.</summary>
    public static string StateFolder(
        this IDistributedApplicationBuilder builder, TopologyOptions options, string service) =>
        Path.Combine(builder.SolutionFolder(), ".eos", "aspire", options.DataSuffix, service);
}
