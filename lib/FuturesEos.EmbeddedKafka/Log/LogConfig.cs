using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// A topic's settings as far as its logs follow them, in the units of their names. A change replaces the whole value.
/// </summary>
internal sealed record LogConfig
{
    /// <summary><c>segment.bytes</c>.</summary>
    public int SegmentBytes { get; init; } = 1 << 30;

    /// <summary><c>segment.ms</c>: a segment whose first record is older is closed.</summary>
    public long SegmentMs { get; init; } = 7L * 24 * 3600 * 1000;

    /// <summary><c>max.message.bytes</c>: largest batch.</summary>
    public int MaxMessageBytes { get; init; } = 1_048_588;

    /// <summary><c>cleanup.policy</c> has "compact": records need keys, the newest of each key stays.</summary>
    public bool IsCompacted { get; init; }

    /// <summary><c>cleanup.policy</c> has "delete": old segments go.</summary>
    public bool IsDeleted { get; init; } = true;

    /// <summary><c>retention.ms</c>; -1 keeps for ever.</summary>
    public long RetentionMs { get; init; } = 7L * 24 * 3600 * 1000;

    /// <summary><c>retention.bytes</c>; -1 has no limit.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary>
    /// <c>delete.retention.ms</c>: how long compaction leaves tombstones and finished markers readable.
    /// </summary>
    public long DeleteRetentionMs { get; init; } = 24L * 3600 * 1000;

    /// <summary><c>min.compaction.lag.ms</c>: younger records are not compacted.</summary>
    public long MinCompactionLagMs { get; init; }

    /// <summary>
    /// <c>min.cleanable.dirty.ratio</c>: a compaction starts when more of the log than this part is not yet compacted;
    /// at 1 none ever does.
    /// </summary>
    public double MinCleanableRatio { get; init; } = 0.5;

    /// <summary>
    /// <c>max.compaction.lag.ms</c>: a record that waits longer for its first compaction makes one due.
    /// </summary>
    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    /// <summary><c>flush.messages</c>: so many records are forced before the last is acknowledged.</summary>
    public long FlushMessages { get; init; } = long.MaxValue;

    /// <summary><c>flush.ms</c>: records are forced this long after the last time.</summary>
    public long FlushMs { get; init; } = long.MaxValue;

    /// <summary><c>compression.type</c>; null keeps the producer's.</summary>
    public Codec? Codec { get; init; }

    /// <summary><c>message.timestamp.type</c>.</summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary><c>message.timestamp.before.max.ms</c>: an older record is refused.</summary>
    public long TimestampBeforeMaxMs { get; init; } = long.MaxValue;

    /// <summary><c>message.timestamp.after.max.ms</c>: a record further ahead of our clock is refused.</summary>
    public long TimestampAfterMaxMs { get; init; } = 3600 * 1000;

    /// <summary><c>index.interval.bytes</c>: log bytes between two index entries.</summary>
    public int IndexIntervalBytes { get; init; } = 4096;
}
