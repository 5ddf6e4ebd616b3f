using System.Collections.Frozen;
using System.Globalization;

namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>
/// The settings of a topic: what was asked for over the defaults of Kafka 4. Names of Kafka that mean nothing on one node
/// are accepted and kept, since deployment tools set them; unknown names are refused.
/// </summary>
internal sealed class TopicSettings
{
    public const string CleanupPolicy = "cleanup.policy";
    public const string RetentionMs = "retention.ms";
    public const string RetentionBytes = "retention.bytes";
    public const string SegmentBytes = "segment.bytes";
    public const string SegmentMs = "segment.ms";
    public const string MaxMessageBytes = "max.message.bytes";
    public const string MessageTimestampType = "message.timestamp.type";
    public const string DeleteRetentionMs = "delete.retention.ms";
    public const string MinCompactionLagMs = "min.compaction.lag.ms";
    public const string MinCleanableRatio = "min.cleanable.dirty.ratio";
    public const string TimestampBeforeMaxMs = "message.timestamp.before.max.ms";
    public const string TimestampAfterMaxMs = "message.timestamp.after.max.ms";
    public const string IndexIntervalBytes = "index.interval.bytes";

    private static readonly FrozenDictionary<string, TopicSetting> Known = new TopicSetting[]
    {
        new(CleanupPolicy, SettingType.List, "delete") { Words = ["delete", "compact"] },
        new("compression.type", SettingType.String, "producer")
        {
            Words = ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"],
        },
        new("compression.gzip.level", SettingType.Int, "-1", -1, 9),
        new("compression.lz4.level", SettingType.Int, "9", 1, 17),
        new("compression.zstd.level", SettingType.Int, "3", -131_072, 22),
        new(DeleteRetentionMs, SettingType.Long, "86400000", 0),
        new("file.delete.delay.ms", SettingType.Long, "60000", 0),
        new("flush.messages", SettingType.Long, "9223372036854775807", 1),
        new("flush.ms", SettingType.Long, "9223372036854775807", 0),
        new("follower.replication.throttled.replicas", SettingType.List, ""),
        new(IndexIntervalBytes, SettingType.Int, "4096", 0),
        new("leader.replication.throttled.replicas", SettingType.List, ""),
        new("local.retention.bytes", SettingType.Long, "-2", -2),
        new("local.retention.ms", SettingType.Long, "-2", -2),
        new("max.compaction.lag.ms", SettingType.Long, "9223372036854775807", 1),
        new(MaxMessageBytes, SettingType.Int, "1048588", 0),
        new(TimestampAfterMaxMs, SettingType.Long, "3600000", 0),
        new(TimestampBeforeMaxMs, SettingType.Long, "9223372036854775807", 0),
        new(MessageTimestampType, SettingType.String, "CreateTime") { Words = ["CreateTime", "LogAppendTime"] },
        new(MinCleanableRatio, SettingType.Double, "0.5", 0, 1),
        new(MinCompactionLagMs, SettingType.Long, "0", 0),
        new("min.insync.replicas", SettingType.Int, "1", 1),
        new("preallocate", SettingType.Boolean, "false"),
        new("remote.log.copy.disable", SettingType.Boolean, "false"),
        new("remote.log.delete.on.disable", SettingType.Boolean, "false"),
        new("remote.storage.enable", SettingType.Boolean, "false"),
        new(RetentionBytes, SettingType.Long, "-1"),
        new(RetentionMs, SettingType.Long, "604800000", -1),
        new(SegmentBytes, SettingType.Int, "1073741824", 1024),
        new("segment.index.bytes", SettingType.Int, "10485760", 4),
        new("segment.jitter.ms", SettingType.Long, "0", 0),
        new(SegmentMs, SettingType.Long, "604800000", 1),
        new("unclean.leader.election.enable", SettingType.Boolean, "false"),
    }.ToFrozenDictionary(setting => setting.Name);

    private readonly Dictionary<string, string> _own;
    private readonly int _defaultMaxMessageBytes;

    public TopicSettings(IReadOnlyDictionary<string, string> own, int defaultMaxMessageBytes)
    {
        _own = new Dictionary<string, string>(own, StringComparer.Ordinal);
        _defaultMaxMessageBytes = defaultMaxMessageBytes;
    }

    /// <summary>Every setting a topic has, by name.</summary>
    public static IEnumerable<TopicSetting> All => Known.Values.OrderBy(setting => setting.Name, StringComparer.Ordinal);

    /// <summary>What was set for this topic.</summary>
    public IReadOnlyDictionary<string, string> Own => _own;

    public bool IsCompacted => Value(CleanupPolicy).Contains("compact", StringComparison.Ordinal);

    public bool IsDeleted => Value(CleanupPolicy).Contains("delete", StringComparison.Ordinal);

    /// <summary>What is wrong with a setting; null when nothing is.</summary>
    public static string? Complaint(string name, string? value)
    {
        if (!Known.TryGetValue(name, out var setting))
            return $"Unknown topic config name: {name}";
        return value is null ? $"Null value not supported for topic configs: {name}" : setting.Complaint(value);
    }

    public static bool IsList(string name) => Known.TryGetValue(name, out var setting) && setting.Type == SettingType.List;

    /// <summary>The value in force, given or default.</summary>
    public string Value(string name)
    {
        if (_own.TryGetValue(name, out var own))
            return own;
        return name == MaxMessageBytes
            ? _defaultMaxMessageBytes.ToString(CultureInfo.InvariantCulture)
            : Known[name].Default;
    }

    public long Number(string name) => long.Parse(Value(name), CultureInfo.InvariantCulture);
}
