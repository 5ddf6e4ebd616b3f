using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FuturesEos.ServiceDefaults.Health;

/// <summary>Whether the loop that does the work turns: one that does not is mended by a restart only.</summary>
internal sealed class LoopCheck(ServiceHealth health) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(health.IsAlive
            ? HealthCheckResult.Healthy(health.State)
            : HealthCheckResult.Unhealthy(
                $"{health.State}, and the loop has not turned for {ServiceHealth.HeartbeatLimit.TotalSeconds:0} s"));
}
