using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Streams.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Input;

/// <summary>
/// Asks where partitions end now; read_committed, so that the last stable offset is told. Over connections of its own: a broker answers
/// those of one connection in turn, and on the consumer's the question would wait behind a fetch that is held until records arrive.
/// </summary>
internal sealed class PartitionEnds(Func<IAdminClient> make, ILogger log) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private IAdminClient? _admin;

    /// <summary>One request a broker for all of these together. False: no answer now, to be asked again after the next poll.</summary>
    public bool TryAsk(IReadOnlyList<PartitionGroup> groups)
    {
        try
        {
            var ends = ListedOffsets.Ask(
                _admin ??= make(), groups.SelectMany(g => g.Queues).Select(q => q.Partition), OffsetSpec.Latest(), IsolationLevel.ReadCommitted, Limit);
            foreach (var group in groups)
                group.EndsAre([.. group.Queues.Select(q => ends[q.Partition])]);
            return true;
        }
        catch (KafkaException e) when (FailureTable.Of(e) != FailureClass.Stop)
        {
            log.PollAgain(e.Error.Code, e.Error.Reason);
            return false;
        }
    }

    public void Dispose() => _admin?.Dispose();
}
