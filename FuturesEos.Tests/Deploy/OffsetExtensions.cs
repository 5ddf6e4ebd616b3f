using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Tests.Deploy;

/// <summary>What tests ask of the records of topics.</summary>
internal static class OffsetExtensions
{
    /// <summary>Where a topic ends for a reader of committed records.</summary>
    public static Task<Dictionary<TopicPartition, long>> CommittedEndsAsync(this TopicOffsets offsets, string topic) =>
        offsets.EndsAsync(offsets.Partitions(topic), IsolationLevel.ReadCommitted);

    /// <summary>
    /// Whether such a reader sees a record that came since; the ends alone move for aborted ones too.
    /// </summary>
    public static async Task<bool> HasCommittedAsync(
        this TopicOffsets offsets, KafkaSettings kafka, IReadOnlyDictionary<TopicPartition, long> since)
    {
        var ends = await offsets.EndsAsync(since.Keys, IsolationLevel.ReadCommitted);
        return ends.Any(end => end.Value > since[end.Key])
            && await Task.Run(() => TopicReader.Read(kafka, ends, CancellationToken.None, since).Any());
    }
}
