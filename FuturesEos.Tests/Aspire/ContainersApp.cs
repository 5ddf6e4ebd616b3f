using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Xunit;
using Wire = FuturesEos.Cli.Wire;

namespace FuturesEos.Tests.Aspire;

/// <summary>The AppHost with containers, on the data of a folder.</summary>
internal sealed class ContainersApp : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StepPatience = TimeSpan.FromMinutes(4);

    private readonly IDistributedApplicationTestingBuilder _builder;
    private readonly DistributedApplication _app;
    private readonly ResourceLogs _logs;

    private ContainersApp(
        IDistributedApplicationTestingBuilder builder, DistributedApplication app, ResourceLogs logs) =>
        (_builder, _app, _logs) = (builder, app, logs);

    /// <summary>Starts it: returns when everything that waits for something else has been started too.</summary>
    /// <param name="data">Folder of its data.</param>
    /// <param name="options">Of the AppHost.</param>
    public static async Task<ContainersApp> StartAsync(string data, params string[] options)
    {
        var app = await BuildAsync(data, options);
        try
        {
            await app._app.StartAsync().WaitAsync(StartPatience);
            return app;
        }
        catch (TimeoutException)
        {
            var states = app.Everything();
            await app.DisposeAsync();
            throw new TimeoutException($"the AppHost did not start within {StartPatience}: {states}");
        }
    }

    /// <summary>Starts it, and stops it as soon as a resource has a state.</summary>
    public static async Task BreakOffAsync(string data, string name, string state, params string[] options)
    {
        await using var app = await BuildAsync(data, options);
        using var stop = new CancellationTokenSource();
        var start = app._app.StartAsync(stop.Token);
        await app._app.ResourceNotifications.WaitForResourceAsync(name, state).WaitAsync(StartPatience);
        Assert.False(start.IsCompleted, "everything was started before it could be broken off");
        await stop.CancelAsync();
        await start.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task<ContainersApp> BuildAsync(string data, string[] options)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.FuturesEos_AppHost>(
            ["--Infrastructure=containers", $"--Data={data}", "--Parameters:rate=0", .. options]);
        // no image of it to be had where tests run, and nobody looks
        builder.Resources.Remove(builder.Resources.Single(resource => resource.Name == "kafka-ui"));
        foreach (var container in builder.Resources.OfType<ContainerResource>().ToList())
        {
            // an eighth of the images' own: a test machine has two cores and other tests
            var heap = container.Name == "connect" ? "HEAP_OPTS" : "KAFKA_HEAP_OPTS";
            if (container.Name == "connect" || container.Name.StartsWith("kafka-", StringComparison.Ordinal))
                builder.CreateResourceBuilder(container).WithEnvironment(heap, "-Xmx384m -XX:TieredStopAtLevel=1");
        }

        // what all resources say is thousands of lines: they are shown when something fails
        var logs = new ResourceLogs();
        builder.Services.AddLogging(logging => logging.ClearProviders().AddProvider(logs));
        return new ContainersApp(builder, await builder.BuildAsync(), logs);
    }

    /// <summary>Waits until a resource is healthy and what follows from that is done.</summary>
    public async Task HealthyAsync(params string[] names)
    {
        foreach (var name in names)
        {
            try
            {
                await _app.ResourceNotifications
                    .WaitForResourceHealthyAsync(name, WaitBehavior.StopOnResourceUnavailable)
                    .WaitAsync(StartPatience);
            }
            catch (Exception e) when (e is TimeoutException or DistributedApplicationException)
            {
                Assert.Fail($"{name} is not healthy: {e.Message} {Everything()}");
            }
        }
    }

    /// <summary>
    /// Waits until all of these are healthy, and ends what the only broker has lost the markers of when it was started
    /// again (LostMarkerTests): services stand still there until somebody does.
    /// </summary>
    public async Task HealthyInSpiteOfLostMarkersAsync(params string[] names)
    {
        var kafka = KafkaSettings.From(
            (await _app.GetConnectionStringAsync("kafka"))!, new ConfigurationBuilder().Build());
        await using var wire = await Wire.KafkaCluster.OpenAsync(kafka, CancellationToken.None);
        var transactions = new Wire.Transactions(wire);
        await Eventually.True(async () =>
        {
            foreach (var hanging in await transactions.HangingAsync(CancellationToken.None))
            {
                TestContext.Current.SendDiagnosticMessage($"Kafka has lost the marker of {hanging.Name}");
                await transactions.EndAsync(hanging, isCommitted: false, CancellationToken.None);
            }

            return names.All(name => _app.ResourceNotifications.TryGetCurrentState(name, out var now)
                && now.Snapshot.HealthStatus == HealthStatus.Healthy);
        }, Deadline.In(StartPatience), $"all are healthy: {string.Join(", ", names)}");
    }

    /// <summary>Waits until a health check of a resource says so.</summary>
    public Task SaysAsync(string name, string description) => _app.ResourceNotifications
        .WaitForResourceAsync(name, e => e.Snapshot.HealthReports.Any(report => report.Description == description))
        .WaitAsync(StepPatience);

    /// <summary>Runs a command of a resource, and fails with what it says if it does not succeed.</summary>
    public async Task CommandAsync(string resource, string command, params InteractionInput[] arguments)
    {
        using var patience = new CancellationTokenSource(StepPatience);
        var result = await _app.ResourceCommands.ExecuteCommandAsync(
            resource, command, new InteractionInputCollection(arguments), patience.Token);
        Assert.True(result.Success, $"{resource}: {command}: {result.Message} {Everything()}");
    }

    /// <summary>Replays the sample in half a minute: long enough to kill something meanwhile.</summary>
    public Task ReplayAsync() => CommandAsync(
        "signal-generator", "replay",
        new InteractionInput { Name = "speed", InputType = InputType.Text, Value = "3000x" });

    /// <summary>docker kill, and Aspire's start when it has seen that the container is gone.</summary>
    public async Task KillAsync(string container)
    {
        var id = Property(container, "container.id");
        await ContainerEngine.DockerAsync("kill", id);
        await _app.ResourceNotifications
            .WaitForResourceAsync(container, e => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text))
            .WaitAsync(StepPatience);
    }

    /// <summary>Aspire's start.</summary>
    public Task StartAgainAsync(string container) => CommandAsync(container, KnownResourceCommands.StartCommand);

    /// <summary>Rows of a table.</summary>
    public async Task<long> CountAsync(string table) => await PostgresForTests.ScalarAsync(
        (await _app.GetConnectionStringAsync("database"))!, $"SELECT count(*) FROM {table}");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _builder.DisposeAsync();
    }

    private string Property(string name, string property)
    {
        Assert.True(_app.ResourceNotifications.TryGetCurrentState(name, out var now), $"{name} is not known");
        var value = now.Snapshot.Properties.Single(p => p.Name == property).Value;
        return Convert.ToString(value, CultureInfo.InvariantCulture)!;
    }

    private string Everything()
    {
        var states = _builder.Resources.Select(resource => resource.Name).Select(name =>
            _app.ResourceNotifications.TryGetCurrentState(name, out var now)
                ? $"{name}: {now.Snapshot.State?.Text} {now.Snapshot.HealthStatus}" : $"{name}: none");
        return string.Join('\n', [.. states, _logs.ToString()]);
    }
}
