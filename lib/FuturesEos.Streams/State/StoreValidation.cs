using Confluent.Kafka;

namespace FuturesEos.Streams.State;

/// <summary>Whether a store found on disk can be brought up from the changelog as it is.</summary>
internal static class StoreValidation
{
    /// <summary>Why the store must be rebuilt, or null when it is sound.</summary>
    public static string? Refuse(
        ChangelogPosition? position,
        TopicPartition changelog,
        ChangelogBounds bounds,
        TimeSpan tombstoneRetention,
        TimeProvider time)
    {
        if (position is null)
            return null;
        if (position.Topic != changelog.Topic || position.Partition != changelog.Partition.Value)
        {
            return $"it belongs to {position.Topic} [{position.Partition}], "
                + $"not to {changelog.Topic} [{changelog.Partition.Value}]";
        }

        if (position.TopicId != bounds.TopicId && position.TopicId.Length > 0 && bounds.TopicId.Length > 0)
            return $"the changelog was deleted and made again (topic id {position.TopicId} then, {bounds.TopicId} now)";
        if (position.Offset < bounds.Start || position.Offset > bounds.End)
            return $"its position {position.Offset} is outside the changelog's {bounds.Start} to {bounds.End}";

        // compaction drops a tombstone after its retention: a store that slept longer would keep what
        // was deleted meanwhile
        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(position.WrittenAtMs);
        return position.Offset < bounds.End && age > tombstoneRetention
            ? $"it was last written {age.TotalHours:0.0} h ago, "
                + $"and tombstones live {tombstoneRetention.TotalHours:0.0} h"
            : null;
    }
}
