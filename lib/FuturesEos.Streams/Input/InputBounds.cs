using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Streams.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Input;

/// <summary>
/// Asks where input partitions begin and end. Over connections of its own: a broker answers those of one connection in
/// turn, and on the consumer's the question would wait behind a fetch that is held until records arrive.
/// </summary>
internal sealed class InputBounds(string servers, AdminQuestions admin, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private WaitNotice _waiting;

    /// <summary>
    /// One request a broker for all of these together; read_committed, so that the last stable offset is told. False:
    /// no answer now, to be asked again after the next poll.
    /// </summary>
    public bool TryAskEnds(IReadOnlyList<PartitionGroup> groups)
    {
        try
        {
            var ends = Ask(groups.SelectMany(g => g.Queues).Select(q => q.Partition), OffsetSpec.Latest());
            foreach (var group in groups)
                group.EndsAre([.. group.Queues.Select(q => ends[q.Partition])]);
            _waiting = default;
            return true;
        }
        catch (KafkaException e)
        {
            // missing rights too: the consumer's own polls tell what stops it
            if (_waiting.IsDue(time))
                log.WaitingForEnds(servers, e.Error.Reason, _waiting.Elapsed(time).TotalSeconds);
            return false;
        }
    }

    /// <summary>The first offset of each partition.</summary>
    /// <exception cref="KafkaException">Of the first partition that could not be told.</exception>
    public Dictionary<TopicPartition, long> Beginnings(IEnumerable<TopicPartition> partitions) =>
        Ask(partitions, OffsetSpec.Earliest());

    private Dictionary<TopicPartition, long> Ask(IEnumerable<TopicPartition> partitions, OffsetSpec spec) =>
        admin.Ask(client => ListedOffsets.Ask(client, partitions, spec, IsolationLevel.ReadCommitted, Limit));
}
