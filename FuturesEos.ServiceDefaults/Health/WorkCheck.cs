using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FuturesEos.ServiceDefaults.Health;

/// <summary>Whether the service does its work: connected, assigned, restored; else what it waits for.</summary>
internal sealed class WorkCheck(ServiceHealth health) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(health switch
        {
            { IsReady: false } => HealthCheckResult.Unhealthy(health.State),
            { IsDegraded: true } => HealthCheckResult.Degraded(health.State),
            _ => HealthCheckResult.Healthy(health.State),
        });
}
