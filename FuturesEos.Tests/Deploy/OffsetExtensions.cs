using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;

namespace FuturesEos.Tests.Deploy;

/// <summary>What tests ask of the ends of topics.</summary>
internal static class OffsetExtensions
{
    /// <summary>Where the order events end, for readers of committed records.</summary>
    public static Task<long> EventsAsync(this TopicOffsets offsets) => offsets.EndOfAsync(Topics.Orders);

    /// <summary>Where a topic ends, for readers of committed records: the sum over its partitions.</summary>
    public static async Task<long> EndOfAsync(this TopicOffsets offsets, string topic) =>
        (await offsets.EndsAsync(offsets.Partitions(topic), IsolationLevel.ReadCommitted)).Values.Sum();
}
