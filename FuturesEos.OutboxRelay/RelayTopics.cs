using Confluent.Kafka.Admin;
using FuturesEos.Contracts;

namespace FuturesEos.OutboxRelay;

/// <summary>The topics that the relay writes.</summary>
internal static class RelayTopics
{
    /// <summary>
    /// Progress: one partition, so that the newest record of a slot is the last one; compacted, and in small segments,
    /// since compaction leaves the active segment alone.
    /// </summary>
    public static List<TopicSpecification> Declared(OutboxRelayOptions options) =>
    [
        new()
        {
            Name = options.Topic,
            NumPartitions = Topics.OfOrders.Partitions,
            Configs = new Dictionary<string, string>(Topics.OfOrders.Settings),
        },
        new()
        {
            Name = options.ProgressTopic,
            NumPartitions = 1,
            Configs = new Dictionary<string, string>
            {
                ["cleanup.policy"] = "compact", ["segment.bytes"] = "16777216", ["min.cleanable.dirty.ratio"] = "0.1",
            },
        },
    ];
}
