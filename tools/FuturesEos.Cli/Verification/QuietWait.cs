using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Waits until a pipeline is quiet: no position moves for a while, no transaction is open, and nothing waits to be
/// taken.
/// </summary>
/// <param name="settings">Where Kafka is.</param>
/// <param name="offsets">Asks for ends.</param>
/// <param name="postgres">Where the database is.</param>
/// <param name="options">The pipeline's settings.</param>
internal sealed class QuietWait(KafkaSettings settings, TopicOffsets offsets, string postgres, VerifyOptions options)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StillFor = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// Waits. A pipeline that stands still to the end with work undone is then verified all the same: what it left
    /// undone is a difference.
    /// </summary>
    /// <exception cref="ExpectedFailure">It was still moving when the time was over (exit code 4).</exception>
    public async Task RunAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var before = await PositionsAsync(cancellationToken);
        var since = clock.Elapsed;
        string? moving = null;
        while (true)
        {
            await Task.Delay(AskEvery, cancellationToken);
            var now = await PositionsAsync(cancellationToken);
            if (now.FirstOrDefault(
                position => before.GetValueOrDefault(position.Key) != position.Value).Key is { } moved)
            {
                since = clock.Elapsed;
                moving = moved;
            }

            // a process that died comes back, and its open transaction ends by a timeout: until then all may stand
            // still, unfinished
            var isStill = clock.Elapsed - since >= StillFor;
            if (isStill && !HasOpenTransaction(now) && await IsDoneAsync(cancellationToken)) return;
            if (clock.Elapsed >= longest)
            {
                if (isStill) return;
                throw new ExpectedFailure(
                    ExitCode.TimedOut,
                    $"the pipeline was not quiet within {longest.TotalSeconds:0.#} s: {moving} still moves; stop the "
                        + "generator ('eos up --rate 0'), wait longer, or verify without --wait");
            }

            before = now;
        }
    }

    private async Task<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        var backlog = new Backlog(settings, offsets, postgres, options);
        var signals = await offsets.EndsAsync(
            Topics.OfSignals.SelectMany(topic => offsets.Partitions(topic.Name)), IsolationLevel.ReadCommitted);
        var decisions =
            await offsets.EndsAsync(offsets.Partitions(options.DecisionTopic), IsolationLevel.ReadCommitted);
        return await backlog.AreSignalsTakenAsync(signals, cancellationToken)
            && await backlog.AreDecisionsTakenAsync(decisions, cancellationToken);
    }

    private static bool HasOpenTransaction(Dictionary<string, long> positions) => positions.Any(
        position => position.Key.StartsWith("end of ", StringComparison.Ordinal)
            && positions["stable " + position.Key] < position.Value);

    private async Task<Dictionary<string, long>> PositionsAsync(CancellationToken cancellationToken)
    {
        string[] topics = [.. Topics.OfSignals.Select(topic => topic.Name), options.DecisionTopic,
            options.DeadLetterTopic, Topics.Orders];
        var partitions = topics.SelectMany(offsets.Partitions).ToList();
        var positions = new Dictionary<string, long>();
        foreach (var (partition, end) in await offsets.EndsAsync(partitions, IsolationLevel.ReadUncommitted))
            positions[$"end of {Name(partition)}"] = end;
        foreach (var (partition, end) in await offsets.EndsAsync(partitions, IsolationLevel.ReadCommitted))
            positions[$"stable end of {Name(partition)}"] = end;
        foreach (var (partition, offset) in await offsets.GroupAsync(
            options.ApplicationId, partitions.Where(p => Topics.TryTimeframe(p.Topic, out _))))
            positions[$"group {options.ApplicationId} on {Name(partition)}"] = offset;
        foreach (var (partition, offset) in await DatabaseReader.NextOffsetsAsync(postgres, options, cancellationToken))
            positions[$"group {options.OrdersGroup} on {options.DecisionTopic} {partition}"] = offset;
        return positions;
    }

    private static string Name(TopicPartition partition) => $"{partition.Topic} {partition.Partition.Value}";
}
