using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FuturesEos.AppHost.Kafka;

/// <summary>
/// Healthy when every broker is registered, and from then on while no more are missing than the cluster can lose: what
/// waits for the cluster, also at a restart, must not wait for a broker that nobody needs. It asks for metadata and
/// writes nothing: a probe must not make records.
/// </summary>
internal sealed class KafkaClusterHealth(KafkaClusterResource cluster) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _one = new(1);
    private IAdminClient? _admin;
    private bool _wasWhole;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            _admin ??= new AdminClientBuilder(
                    new AdminClientConfig { BootstrapServers = await cluster.BootstrapServersAsync(cancellationToken) })
                .SetLogHandler((_, _) => { }).Build();
            // the client's call blocks: not on a thread that others need
            var metadata = await Task.Run(() => _admin.GetMetadata(AnswerWithin), cancellationToken);
            var registered = metadata.Brokers.Count;
            if (registered >= cluster.Shape.Brokers)
            {
                _wasWhole = true;
                return HealthCheckResult.Healthy($"{registered} brokers");
            }

            var missing = $"{registered} of {cluster.Shape.Brokers} brokers are registered";
            return _wasWhole && registered >= cluster.Shape.Brokers - cluster.Shape.BrokersToLose
                ? HealthCheckResult.Healthy(missing)
                : HealthCheckResult.Unhealthy(missing);
        }
        catch (KafkaException e)
        {
            return HealthCheckResult.Unhealthy($"no broker answers: {e.Error.Reason}");
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _admin?.Dispose();
        _one.Dispose();
    }
}
