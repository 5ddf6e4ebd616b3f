using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>The AppHost as Aspire runs it, embedded, with its dashboard, on a data folder of the test.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StepPatience = TimeSpan.FromMinutes(2);
    private readonly IDistributedApplicationTestingBuilder _builder;
    private readonly DistributedApplication _app;

    private RunningAppHost(IDistributedApplicationTestingBuilder builder, DistributedApplication app) =>
        (_builder, _app) = (builder, app);

    /// <summary>The services and what they stand on: everything that has a health check.</summary>
    public static IReadOnlyList<string> Healthy { get; } =
        ["kafka", "kafka-1", "postgres", "signal-generator", "signal-processor", "order-manager", "outbox-relay"];

    /// <summary>Starts it and waits until all of <see cref="Healthy"/> is.</summary>
    public static async Task<RunningAppHost> StartAsync(string dataFolder)
    {
        UpProgram.SkipWithoutPostgres();
        var cancellation = TestContext.Current.CancellationToken;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.FuturesEos_AppHost>(
            new DistributedApplicationTestingBuilderOptions { EnableDashboard = true },
            [
                "--Infrastructure=embedded", $"--Data={dataFolder}",
                $"--AppHost:DashboardApiKey={DashboardTelemetry.ApiKey}",
            ],
            cancellation);
        builder.Services.AddLogging(logging => logging.ClearProviders()); // the dashboard has the log of each resource
        var running = new RunningAppHost(builder, await builder.BuildAsync(cancellation));
        try
        {
            await running._app.StartAsync(cancellation).WaitAsync(StartPatience, cancellation);
            await running.WaitAllHealthyAsync();
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    public async Task WaitAllHealthyAsync()
    {
        foreach (var name in Healthy) await WaitForAsync(name, HealthStatus.Healthy);
    }

    /// <summary>Waits until the health that the dashboard shows is this one.</summary>
    public async Task WaitForAsync(string resource, HealthStatus health)
    {
        try
        {
            await _app.ResourceNotifications.WaitForResourceAsync(
                resource, e => e.Snapshot.HealthStatus == health, TestContext.Current.CancellationToken)
                .WaitAsync(StepPatience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{resource} is not {health} within {StepPatience}: {Describe(resource)}");
        }
    }

    /// <summary>As a click in the dashboard does it.</summary>
    public Task<ExecuteCommandResult> CommandAsync(
        string resource, string command, params (string Name, string Value)[] arguments)
    {
        var inputs = arguments.Select(argument => new InteractionInput
        {
            Name = argument.Name, InputType = InputType.Text, Value = argument.Value,
        });
        return _app.ResourceCommands.ExecuteCommandAsync(
            resource, command, new InteractionInputCollection([.. inputs]), TestContext.Current.CancellationToken)
            .WaitAsync(StepPatience, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>What it says.</returns>
    public async Task<string> SucceedAsync(
        string resource, string command, params (string Name, string Value)[] arguments)
    {
        var result = await CommandAsync(resource, command, arguments);
        Assert.True(result.Success, $"{resource} {command}: {result.Message}\n{result.Data?.Value}");
        return result.Message ?? "";
    }

    /// <summary>
    /// The service's own process, below the one that Aspire started. Aspire may tell of a process that has just been
    /// started as healthy before it tells its number.
    /// </summary>
    public async Task<int> PidOfAsync(string resource)
    {
        var told = await _app.ResourceNotifications.WaitForResourceAsync(
            resource, e => PidOf(e.Snapshot) > 0, TestContext.Current.CancellationToken)
            .WaitAsync(StepPatience, TestContext.Current.CancellationToken);
        return ProcessTree.Leaf(PidOf(told.Snapshot));
    }

    /// <summary>The dashboard's address, with the token that logs in.</summary>
    public Task<Uri> DashboardAsync() => _app.GetDashboardUrlAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).WaitAsync(StepPatience, CancellationToken.None);
        await _app.DisposeAsync();
        await _builder.DisposeAsync();
    }

    private static int PidOf(CustomResourceSnapshot resource) => Convert.ToInt32(
        resource.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value,
        CultureInfo.InvariantCulture);

    private string Describe(string resource) =>
        _app.ResourceNotifications.TryGetCurrentState(resource, out var now)
            ? $"{now.Snapshot.State?.Text}, " + string.Join("; ", now.Snapshot.HealthReports.Select(
                report => $"{report.Name} {report.Status}: {report.Description} {report.ExceptionText}"))
            : "unknown";
}
