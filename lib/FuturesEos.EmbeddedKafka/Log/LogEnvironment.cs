using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>What all logs of a broker share.</summary>
internal sealed record LogEnvironment(TimeProvider Time, ILogger Logger)
{
    public FsyncPolicy Fsync { get; init; } = FsyncPolicy.Never;

    /// <summary>The disk, or in tests one that fills up, tears writes and dies.</summary>
    public LogStorage Storage { get; init; } = new();

    /// <summary>
    /// Where a log does the file work that nobody waits for under its lock; a simulation decides when.
    /// </summary>
    public TaskScheduler Background { get; init; } = TaskScheduler.Default;

    /// <summary><c>producer.id.expiration.ms</c>: how long a silent producer's sequences are remembered.</summary>
    public TimeSpan ProducerExpiration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How much memory may be used for what.</summary>
    public MemoryLimits Memory { get; init; } = MemoryLimits.Default;

    /// <summary>Milliseconds since 1970.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
