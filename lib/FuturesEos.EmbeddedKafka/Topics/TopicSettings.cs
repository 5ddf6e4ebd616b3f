using System.Collections.Frozen;
using System.Globalization;
using Packed = FuturesEos.KafkaProtocol.Records.CompressionType;

namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>
/// The settings of a topic: what was asked for over the defaults of Kafka 4. Those that can have no effect on one node
/// (<see cref="TopicSetting.IsWithoutEffect"/>) are accepted and kept, since deployment tools set them; unknown names
/// are refused, and what would promise something that is not done.
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
    public const string CompressionType = "compression.type";
    public const string FlushMessages = "flush.messages";
    public const string FlushMs = "flush.ms";
    public const string MaxCompactionLagMs = "max.compaction.lag.ms";
    private const string GzipLevel = "compression.gzip.level";
    private const string Lz4Level = "compression.lz4.level";
    private const string ZstdLevel = "compression.zstd.level";
    private const string RemoteStorage = "remote.storage.enable";

    private static readonly FrozenDictionary<string, TopicSetting> Known = new TopicSetting[]
    {
        new(CleanupPolicy, SettingType.List, "delete")
        {
            OfBroker = "log.cleanup.policy", Words = ["compact", "delete"],
        },
        new(CompressionType, SettingType.String, "producer")
        {
            OfBroker = "compression.type", Words = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"],
        },
        new(GzipLevel, SettingType.Int, "-1", 1, 9)
        {
            OfBroker = "compression.gzip.level", IsMinusOneToo = true,
        },
        new(Lz4Level, SettingType.Int, "9", 1, 17) { OfBroker = "compression.lz4.level" },
        new(ZstdLevel, SettingType.Int, "3", -131_072, 22) { OfBroker = "compression.zstd.level" },
        new(DeleteRetentionMs, SettingType.Long, "86400000", 0) { OfBroker = "log.cleaner.delete.retention.ms" },
        new("file.delete.delay.ms", SettingType.Long, "60000", 0)
        {
            IsWithoutEffect = true, OfBroker = "log.segment.delete.delay.ms",
        },
        new(FlushMessages, SettingType.Long, "9223372036854775807", 1) { OfBroker = "log.flush.interval.messages" },
        new(FlushMs, SettingType.Long, "9223372036854775807", 0),
        new("follower.replication.throttled.replicas", SettingType.List, "") { IsWithoutEffect = true },
        new(IndexIntervalBytes, SettingType.Int, "4096", 0) { OfBroker = "log.index.interval.bytes" },
        new("leader.replication.throttled.replicas", SettingType.List, "") { IsWithoutEffect = true },
        new("local.retention.bytes", SettingType.Long, "-2", -2)
        {
            IsWithoutEffect = true, OfBroker = "log.local.retention.bytes",
        },
        new("local.retention.ms", SettingType.Long, "-2", -2)
        {
            IsWithoutEffect = true, OfBroker = "log.local.retention.ms",
        },
        new(MaxCompactionLagMs, SettingType.Long, "9223372036854775807", 1)
        {
            OfBroker = "log.cleaner.max.compaction.lag.ms",
        },
        new(MaxMessageBytes, SettingType.Int, "1048588", 0) { OfBroker = "message.max.bytes" },
        new(TimestampAfterMaxMs, SettingType.Long, "3600000", 0) { OfBroker = "log.message.timestamp.after.max.ms" },
        new(TimestampBeforeMaxMs, SettingType.Long, "9223372036854775807", 0)
        {
            OfBroker = "log.message.timestamp.before.max.ms",
        },
        new(MessageTimestampType, SettingType.String, "CreateTime")
        {
            OfBroker = "log.message.timestamp.type", Words = ["CreateTime", "LogAppendTime"],
        },
        new(MinCleanableRatio, SettingType.Double, "0.5", 0, 1) { OfBroker = "log.cleaner.min.cleanable.ratio" },
        new(MinCompactionLagMs, SettingType.Long, "0", 0) { OfBroker = "log.cleaner.min.compaction.lag.ms" },
        new("min.insync.replicas", SettingType.Int, "1", 1)
        {
            IsWithoutEffect = true, OfBroker = "min.insync.replicas",
        },
        new("preallocate", SettingType.Boolean, "false") { IsWithoutEffect = true, OfBroker = "log.preallocate" },
        new("remote.log.copy.disable", SettingType.Boolean, "false") { IsWithoutEffect = true },
        new("remote.log.delete.on.disable", SettingType.Boolean, "false") { IsWithoutEffect = true },
        new(RemoteStorage, SettingType.Boolean, "false"),
        new(RetentionBytes, SettingType.Long, "-1") { OfBroker = "log.retention.bytes" },
        new(RetentionMs, SettingType.Long, "604800000", -1),
        new(SegmentBytes, SettingType.Int, "1073741824", 1 << 20) { OfBroker = "log.segment.bytes" },
        new("segment.index.bytes", SettingType.Int, "10485760", 4)
        {
            IsWithoutEffect = true, OfBroker = "log.index.size.max.bytes",
        },
        new("segment.jitter.ms", SettingType.Long, "0", 0) { IsWithoutEffect = true },
        new(SegmentMs, SettingType.Long, "604800000", 1),
        new("unclean.leader.election.enable", SettingType.Boolean, "false")
        {
            IsWithoutEffect = true, OfBroker = "unclean.leader.election.enable",
        },
    }.ToFrozenDictionary(setting => setting.Name);

    private readonly Dictionary<string, string> _own;
    private readonly int _defaultMaxMessageBytes;

    public TopicSettings(IReadOnlyDictionary<string, string> own, int defaultMaxMessageBytes)
    {
        _own = new Dictionary<string, string>(own, StringComparer.Ordinal);
        _defaultMaxMessageBytes = defaultMaxMessageBytes;
    }

    /// <summary>Every setting a topic has, by name.</summary>
    public static IEnumerable<TopicSetting> All =>
        Known.Values.OrderBy(setting => setting.Name, StringComparer.Ordinal);

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

    /// <summary>What is wrong with settings that are right one by one; null when nothing is.</summary>
    public static string? Complaint(IReadOnlyDictionary<string, string> own)
    {
        var settings = new TopicSettings(own, defaultMaxMessageBytes: 0);
        var (min, max) = (settings.Number(MinCompactionLagMs), settings.Number(MaxCompactionLagMs));
        if (min > max)
            return $"conflict topic config setting {MinCompactionLagMs} ({min}) > {MaxCompactionLagMs} ({max})";
        return settings.Value(RemoteStorage) == "true"
            ? "Tiered Storage functionality is disabled in the broker. "
                + "Topic cannot be configured with remote log storage."
            : null;
    }

    public static bool IsList(string name) =>
        Known.TryGetValue(name, out var setting) && setting.Type == SettingType.List;

    /// <summary>The value in force, given or default.</summary>
    public string Value(string name) => _own.TryGetValue(name, out var own) ? own : DefaultOf(Known[name]);

    /// <summary>What is in force where nothing was given.</summary>
    public string DefaultOf(TopicSetting setting) => setting.Name == MaxMessageBytes
        ? _defaultMaxMessageBytes.ToString(CultureInfo.InvariantCulture)
        : setting.Default;

    public long Number(string name) => long.Parse(Value(name), CultureInfo.InvariantCulture);

    /// <summary>How records are compressed; null leaves them as their producers have compressed them.</summary>
    public Log.Codec? Codec => Value(CompressionType) switch
    {
        "producer" => null,
        "gzip" => new(Packed.Gzip, Number(GzipLevel) is > 0 and var level ? (int)level : null),
        "snappy" => new(Packed.Snappy, null),
        "lz4" => new(Packed.Lz4, (int)Number(Lz4Level)),
        "zstd" => new(Packed.Zstd, (int)Number(ZstdLevel)),
        _ => new(Packed.None, null),
    };
}
