using FuturesEos.Topology;

namespace FuturesEos.AppHost.Services;

/// <summary>Adds the pipeline's programs.</summary>
internal static class ServiceExtensions
{
    private const string Http = "http";

    /// <summary>A program that runs until it is stopped, with its own port for health and metrics.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var service = builder.AddProgram<TProject>(name)
            .WithHttpEndpoint(name: Http)
            .WithHttpHealthCheck(ServiceSettings.HealthPath, endpointName: Http)
            .WithUrls(context =>
            {
                var endpoint = context.Urls.Find(url => url.Endpoint?.EndpointName == Http);
                if (endpoint is null) return;
                context.Urls.Remove(endpoint); // there is no page at its root
                foreach (var page in (string[])["Health", "Metrics"])
                {
                    context.Urls.Add(new ResourceUrlAnnotation
                    {
                        Url = $"{endpoint.Url}/{page.ToLowerInvariant()}", DisplayText = page,
                        Endpoint = endpoint.Endpoint,
                    });
                }
            });
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

    /// <summary>One of the product's programs; of a reference it gets the connection string only.</summary>
    public static IResourceBuilder<ProjectResource> AddProgram<TProject>(
        this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, options => options.ExcludeLaunchProfile = true)
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString);

    /// <summary>Folder of the solution.</summary>
    public static string SolutionFolder(this IDistributedApplicationBuilder builder) =>
        Path.GetFullPath(Path.Combine(builder.AppHostDirectory, ".."));
}
