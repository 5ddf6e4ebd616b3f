using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Tests.Deploy;

/// <summary>What tests ask of the records of topics.</summary>
internal static class OffsetExtensions
{
    /// <summary>How many order events a reader of committed records sees.</summary>
    public static Task<int> EventsAsync(this TopicOffsets offsets, KafkaSettings kafka) =>
        offsets.CommittedAsync(kafka, Topics.Orders);

    /// <summary>
    /// How many records of a topic a reader of committed ones sees; its end alone moves for aborted ones too.
    /// </summary>
    public static async Task<int> CommittedAsync(this TopicOffsets offsets, KafkaSettings kafka, string topic)
    {
        var ends = await offsets.EndsAsync(offsets.Partitions(topic), IsolationLevel.ReadCommitted);
        return await Task.Run(() => TopicReader.Read(kafka, ends, CancellationToken.None).Count());
    }
}
