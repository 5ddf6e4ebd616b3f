using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using FuturesEos.AppHost.Services;
using FuturesEos.Topology;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>What the AppHost consists of, in each of its shapes; nothing is started.</summary>
public class AppHostModelTests
{
    private static readonly string[] Always =
    [
        "infrastructure", "kafka", "postgres", "database", "migration", "signal-generator", "signal-processor",
        "order-manager",
    ];

    [Theory]
    [InlineData(new[] { "--Infrastructure=containers" }, 3, false)]
    [InlineData(new[] { "--Infrastructure=containers", "--Cdc=relay", "--Brokers=1" }, 1, true)]
    [InlineData(new[] { "--Infrastructure=embedded" }, 1, true)]
    public async Task the_model_has_every_part_and_waits_for_what_it_needs(string[] args, int brokers, bool hasRelay)
    {
        var isEmbedded = args.Contains("--Infrastructure=embedded");
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.FuturesEos_AppHost>(
            args, TestContext.Current.CancellationToken);
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        var resources =
            app.Services.GetRequiredService<DistributedApplicationModel>().Resources.ToDictionary(r => r.Name);
        Assert.Empty(Always.Except(resources.Keys));
        Assert.All(Enumerable.Range(1, brokers), id => Assert.Contains($"kafka-{id}", resources.Keys));
        Assert.DoesNotContain($"kafka-{brokers + 1}", resources.Keys);
        Assert.Equal(!isEmbedded, resources.ContainsKey("kafka-ui"));
        Assert.Equal(hasRelay, resources.ContainsKey("outbox-relay"));
        Assert.Equal(!hasRelay, resources.ContainsKey("outbox-connector") && resources.ContainsKey("connect"));
        Assert.Equal(!isEmbedded, resources.Values.OfType<ContainerResource>().Any());

        Assert.Contains("kafka", WaitsOf(resources["signal-processor"]));
        Assert.Contains("migration", WaitsOf(resources["order-manager"]));
        // a quorum needs two of three to be up before any of them is healthy
        Assert.DoesNotContain(Enumerable.Range(1, brokers), id => WaitsOf(resources[$"kafka-{id}"]).Any());
    }

    [Theory]
    [InlineData("embedded", null, null, 1, Cdc.Relay)]
    [InlineData("containers", null, null, 3, Cdc.Debezium)]
    [InlineData("containers", "1", "relay", 1, Cdc.Relay)]
    public void what_is_not_given_follows_from_the_infrastructure(
        string infrastructure, string? brokers, string? cdc, int expected, Cdc reader)
    {
        var options = TopologyOptions.Parse(Enum.Parse<Infrastructure>(infrastructure, true), brokers, cdc);
        Assert.Equal((expected, reader), (options.Shape.Brokers, options.Cdc));
    }

    [Theory]
    [InlineData("3", null, "--Brokers=3")]
    [InlineData(null, "debezium", "--Cdc=debezium")]
    public void what_needs_containers_is_refused_without_them_with_the_way_to_get_it(
        string? brokers, string? cdc, string named)
    {
        var refused = Assert.Throws<ArgumentException>(
            () => TopologyOptions.Parse(Infrastructure.Embedded, brokers, cdc));
        Assert.Contains(named, refused.Message);
        Assert.Contains("--Infrastructure=containers", refused.Message);
    }

    [Fact]
    public void a_command_of_the_dashboard_does_not_listen_where_the_launch_profile_has_the_dashboard_listen()
    {
        var environment = ProgramCommands.EnvironmentOf(
            own: new Dictionary<string, string> { ["PATH"] = "/bin", ["ASPNETCORE_URLS"] = "http://localhost:15200" },
            service: new Dictionary<string, string>
            {
                ["aspnetcore_http_ports"] = "8080", [ServiceSettings.HttpAddress] = "localhost:8081", ["Rate"] = "5",
            });
        Assert.Equal(["PATH", "Rate"], environment.Keys.Order());
    }

    private static IEnumerable<string> WaitsOf(IResource resource) =>
        resource.TryGetAnnotationsOfType<WaitAnnotation>(out var waits) ? waits.Select(wait => wait.Resource.Name) : [];
}
