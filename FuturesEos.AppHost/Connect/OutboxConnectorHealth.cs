using FuturesEos.Topology;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FuturesEos.AppHost.Connect;

/// <summary>
/// Asks the worker how the connector is: one may be RUNNING first, and fail when it looks into the database.
/// </summary>
internal sealed class OutboxConnectorHealth(EndpointReference rest) : IHealthCheck
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var worker = new Uri((await rest.GetValueAsync(cancellationToken))!);
            var (isRunning, state) = await new ConnectClient(Http, TimeProvider.System, worker)
                .StateAsync(ConnectWorker.ConnectorName, cancellationToken);
            return isRunning ? HealthCheckResult.Healthy(state) : HealthCheckResult.Degraded(state);
        }
        catch (Exception e) when (e is ConnectorFailedException or HttpRequestException or TaskCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
