namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>The broker's housekeeping: forced writes by interval, retention, compaction, forgetting silent producers.</summary>
internal sealed class LogMaintenance(Func<IReadOnlyCollection<PartitionLog>> logs, LogEnvironment environment) : IAsyncDisposable
{
    /// <summary>Between two looks at retention and compaction (<c>log.retention.check.interval.ms</c>).</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two forced writes under <see cref="FsyncPolicy.Interval"/>.</summary>
    public TimeSpan FsyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    public void Start() => throw new NotImplementedException($"{logs} {environment}");

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
