using Confluent.Kafka;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FuturesEos.ServiceDefaults.Health;

/// <summary>
/// Whether a broker answers. It asks for metadata and writes nothing, with a client of its own, which knows nothing of
/// the service's transactional id and lives no longer than the question; now and then only, and a probe waits for
/// nothing but the first answer.
/// </summary>
internal sealed class KafkaHealthCheck(KafkaSettings settings, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskEveryWhileAway = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _known;
    private Task<HealthCheckResult>? _asked;
    private long _askedAt;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Answer().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"waiting for Kafka at {settings.BootstrapServers}: no answer yet");
        }
    }

    // what is known, and the question anew where that is old
    private Task<HealthCheckResult> Answer()
    {
        lock (_lock)
        {
            if (_asked is { IsCompleted: true }) (_known, _asked) = (_asked, null);
            var pause = _known?.Result.Status == HealthStatus.Healthy ? AskEvery : AskEveryWhileAway;
            if (_asked is null && (_known is null || time.GetElapsedTime(_askedAt) >= pause))
            {
                _askedAt = time.GetTimestamp();
                _asked = Task.Run(Ask, CancellationToken.None); // the client's call blocks
            }

            return _known ?? _asked!;
        }
    }

    private HealthCheckResult Ask()
    {
        try
        {
            using var admin = new AdminClientBuilder(settings.Admin())
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            return HealthCheckResult.Healthy($"{admin.GetMetadata(Patience).Brokers.Count} brokers");
        }
        catch (KafkaException e)
        {
            return HealthCheckResult.Unhealthy($"waiting for Kafka at {settings.BootstrapServers}: {e.Error.Reason}");
        }
    }
}
