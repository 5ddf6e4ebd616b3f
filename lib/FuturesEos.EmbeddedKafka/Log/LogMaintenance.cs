using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// The broker's housekeeping: forced writes by interval, checkpoints, retention, compaction,
/// forgetting silent producers.
/// </summary>
internal sealed class LogMaintenance(Func<IReadOnlyCollection<PartitionLog>> logs, LogEnvironment environment)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loops = Task.CompletedTask;

    /// <summary>Between two looks at retention and compaction (<c>log.retention.check.interval.ms</c>).</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Between two forced writes under <see cref="FsyncPolicy.Interval"/>, and two looks at <c>flush.ms</c>.
    /// </summary>
    public TimeSpan FsyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    public void Start()
    {
        _loops = Task.WhenAll(RepeatAsync(CheckInterval, KeepHouseAsync), RepeatAsync(FsyncInterval, FlushAsync));
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _loops;
        _stop.Dispose();
    }

    /// <summary>One round for one log.</summary>
    internal static async Task KeepHouseAsync(PartitionLog log)
    {
        log.ApplyRetention();
        log.CheckpointIfDue();
        log.ExpireProducers();
        await log.CompactIfDueAsync();
    }

    private Task FlushAsync(PartitionLog log)
    {
        if (!log.HasLostWrites && (environment.Fsync == FsyncPolicy.Interval || log.IsFlushOverdue))
            log.Flush();
        return Task.CompletedTask;
    }

    private async Task RepeatAsync(TimeSpan interval, Func<PartitionLog, Task> work)
    {
        using var timer = new PeriodicTimer(interval, environment.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (var log in logs())
                    await DoAsync(work, log);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>One partition's trouble, or its deletion meanwhile, must not keep the others waiting.</summary>
    private async Task DoAsync(Func<PartitionLog, Task> work, PartitionLog log)
    {
        try
        {
            await work(log);
        }
        catch (Exception failure) when (
            failure is IOException or UnauthorizedAccessException or ObjectDisposedException or InvalidRecordException)
        {
            environment.Logger.MaintenanceFailed(log.Partition.ToString(), failure.Message);
        }
    }
}
