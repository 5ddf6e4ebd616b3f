using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using FuturesEos.Topology;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>
/// The AppHost as Aspire builds and runs it. Its values are tested without Aspire in <c>Topology/</c>.
/// </summary>
public class AppHostTests
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(10); // images are pulled
    private static readonly TimeSpan StepPatience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("debezium", 3)]
    [InlineData("relay", 1)]
    public async Task the_model_has_every_part_and_waits_for_what_it_needs(string cdc, int brokers)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.FuturesEos_AppHost>(
            [$"--Cdc={cdc}", $"--Brokers={brokers}"], TestContext.Current.CancellationToken);
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        var resources =
            app.Services.GetRequiredService<DistributedApplicationModel>().Resources.ToDictionary(r => r.Name);
        foreach (var node in KafkaNode.InContainers(new ClusterShape(brokers)))
            Assert.Contains(node.Host, resources.Keys);
        Assert.DoesNotContain($"kafka-{brokers + 1}", resources.Keys);
        string[] always =
        [
            "kafka", "kafka-ui", "postgres", "database", "migration", "signal-generator", "signal-processor",
            "order-manager",
            "round-1m", "round-5m", "round-15m", "replay", "burst", "verify",
        ];
        Assert.Empty(always.Except(resources.Keys));
        Assert.Equal(cdc == "relay", resources.ContainsKey("outbox-relay"));
        Assert.Equal(cdc == "debezium", resources.ContainsKey("outbox-connector") && resources.ContainsKey("connect"));
        Assert.Contains("kafka", WaitsOf(resources["signal-processor"]));
        Assert.Contains("migration", WaitsOf(resources["order-manager"]));
        Assert.DoesNotContain(resources.Keys.Where(name => name.StartsWith("kafka-")),
            name => WaitsOf(resources[name]).Any(w => w.StartsWith("kafka")) && name != "kafka-ui");
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task the_app_comes_up_takes_a_replay_survives_kills_and_verifies()
    {
        SkipWithoutContainers();
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.FuturesEos_AppHost>(
            ["--Parameters:rate=50"], TestContext.Current.CancellationToken);
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken)
            .WaitAsync(StartPatience, TestContext.Current.CancellationToken);
        foreach (var name in (string[])["kafka", "signal-processor", "order-manager", "outbox-connector"])
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync(name, TestContext.Current.CancellationToken)
                .WaitAsync(StartPatience, TestContext.Current.CancellationToken);
        }

        var replay = CommandAsync(app, "signal-generator", "replay");
        Assert.True((await CommandAsync(app, "kafka-2", KnownResourceCommands.StopCommand)).Success);
        Assert.True((await CommandAsync(app, "signal-processor", "kill")).Success);
        Assert.True((await CommandAsync(app, "kafka-2", KnownResourceCommands.StartCommand)).Success);
        Assert.True((await replay).Success);
        await app.ResourceNotifications.WaitForResourceHealthyAsync(
            "signal-processor", TestContext.Current.CancellationToken)
            .WaitAsync(StepPatience, TestContext.Current.CancellationToken);
        Assert.True((await CommandAsync(app, "signal-generator", KnownResourceCommands.StopCommand)).Success);
        var verified = await CommandAsync(app, "order-manager", "verify");
        Assert.True(verified.Success, verified.Message);
    }

    private static Task<ExecuteCommandResult> CommandAsync(
        DistributedApplication app, string resource, string command) =>
        app.ResourceCommands.ExecuteCommandAsync(resource, command, TestContext.Current.CancellationToken)
            .WaitAsync(StepPatience, TestContext.Current.CancellationToken);

    private static IEnumerable<string> WaitsOf(IResource resource) =>
        resource.TryGetAnnotationsOfType<WaitAnnotation>(out var waits) ? waits.Select(wait => wait.Resource.Name) : [];

    private static void SkipWithoutContainers()
    {
        try
        {
            using var docker = Process.Start(new ProcessStartInfo(
                "docker", "info") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            docker.WaitForExit(TimeSpan.FromSeconds(20));
            if (docker is { HasExited: true, ExitCode: 0 }) return;
        }
        catch (System.ComponentModel.Win32Exception)
        {
        }

        Assert.Skip("needs a container engine: 'docker info' does not answer");
    }
}
