using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Watching;
using FuturesEos.Contracts;

namespace FuturesEos.Cli.Demo;

/// <summary>
/// What lies before a stage, known from outside: its input that was committed and of which nothing is committed behind
/// it. Taken before a kill and compared after it: what was in flight at the kill and still is not through was hit.
/// </summary>
internal static class WorkInFlight
{
    /// <summary>
    /// Taken: what the stage has got. Gives how much of it is not through at the time of the second call.
    /// </summary>
    public delegate Task<Func<Task<long>>> Snapshot(FunnelProbe probe, CancellationToken cancellation);

    /// <summary>
    /// Decisions and dead letters of the open transaction that are in Kafka's log: what lies between the last stable
    /// offset and the end. Nobody has read them, and nobody will when their writer is dead.
    /// </summary>
    public static Snapshot OfProcessor(TopicOffsets offsets)
    {
        TopicPartition[] outputs = [.. new[] { Topics.Decisions(), Topics.DeadLetters() }.SelectMany(
            topic => Enumerable.Range(0, Topics.Partitions).Select(i => new TopicPartition(topic, i)))];
        return (_, _) => Task.FromResult<Func<Task<long>>>(async () =>
        {
            var ends = await offsets.EndsAsync(outputs, IsolationLevel.ReadUncommitted);
            var stable = await offsets.EndsAsync(outputs, IsolationLevel.ReadCommitted);
            return ends.Sum(end => Math.Max(0, end.Value - stable[end.Key]));
        });
    }

    /// <summary>Committed decisions that the database's offsets have not passed, once they have passed some.</summary>
    public static async Task<Func<Task<long>>> OfOrders(FunnelProbe probe, CancellationToken cancellation)
    {
        var last = probe.LastDecisions;
        var begun = (await probe.AskOrderProgressAsync(cancellation)).Count > 0;
        return async () =>
        {
            var progress = await probe.AskOrderProgressAsync(cancellation);
            return begun ? last.Sum(
                partition => Math.Max(0, partition.Value + 1 - progress.GetValueOrDefault(partition.Key))) : 0;
        };
    }

    /// <summary>Committed outbox rows without a committed event.</summary>
    public static async Task<Func<Task<long>>> OfRelay(FunnelProbe probe, CancellationToken cancellation)
    {
        var rows = await probe.AskOutboxAsync(cancellation);
        return () => Task.FromResult(rows - probe.Events);
    }
}
