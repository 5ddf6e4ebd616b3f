using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Whether a stage has taken all that lies before it. An offset below the end is no backlog when only markers and
/// aborted records lie between: no reader is given those, and not every stage moves past them.
/// </summary>
internal sealed class Backlog(KafkaSettings settings, TopicOffsets offsets, string postgres, VerifyOptions options)
{
    /// <summary>
    /// Whether the processor has taken all signals below the ends. A group that never committed is not the one at work
    /// here.
    /// </summary>
    public async Task<bool> AreSignalsTakenAsync(
        Dictionary<TopicPartition, long> ends, CancellationToken cancellationToken)
    {
        var taken = await offsets.GroupAsync(
            options.ApplicationId, Topics.OfSignals.SelectMany(topic => offsets.Partitions(topic.Name)));
        return taken.Count == 0 || await AreTakenAsync(ends, taken, cancellationToken);
    }

    /// <summary>Whether the order manager has taken all decisions below the ends.</summary>
    public async Task<bool> AreDecisionsTakenAsync(
        Dictionary<TopicPartition, long> ends, CancellationToken cancellationToken)
    {
        var next = await DatabaseReader.NextOffsetsAsync(postgres, options, cancellationToken);
        return await AreTakenAsync(
            ends, next.ToDictionary(offset => new TopicPartition(options.DecisionTopic, offset.Key),
                offset => offset.Value), cancellationToken);
    }

    private Task<bool> AreTakenAsync(
        Dictionary<TopicPartition, long> ends,
        Dictionary<TopicPartition, long> taken, CancellationToken cancellationToken) => Task.Run(
        () => ends.All(end => taken.GetValueOrDefault(end.Key) is var next
            && (next >= end.Value || !TopicReader.HasRecord(settings, end.Key, next, end.Value, cancellationToken))),
        cancellationToken);
}
