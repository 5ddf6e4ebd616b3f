using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Events;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Takes the snapshot of a pipeline that may be running. First, going with the flow, it notes what is there and lets
/// each stage catch up with that (at most as long as patience lasts); then, against the flow, it cuts each stage, so
/// that whatever is inside the cut has its cause inside too.
/// </summary>
/// <param name="settings">Where Kafka is.</param>
/// <param name="offsets">Asks for ends.</param>
/// <param name="postgres">Where the database is.</param>
/// <param name="options">The pipeline's settings.</param>
internal sealed class SnapshotTaker(
    KafkaSettings settings, TopicOffsets offsets, string postgres, VerifyOptions options)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(100);
    private readonly TopicPartition[] _signals = [
        .. Topics.OfSignals.SelectMany(topic => offsets.Partitions(topic.Name))];
    private readonly TopicPartition[] _decisions = [.. offsets.Partitions(options.DecisionTopic)];
    private readonly TopicPartition[] _deadLetters = [.. offsets.Partitions(options.DeadLetterTopic)];
    private readonly TopicPartition[] _events = [.. offsets.Partitions(Topics.Orders)];

    /// <summary>Takes it.</summary>
    public async Task<PipelineSnapshot> TakeAsync(CancellationToken cancellationToken)
    {
        var cuts = await LetCatchUpAsync(cancellationToken);
        var events = await EndsAsync(_events);
        var database = await DatabaseReader.ReadAsync(postgres, options, cancellationToken);
        var decisions = await EndsAsync(_decisions.Concat(_deadLetters));
        var signals = await EndsAsync(_signals);
        var ends = events.Concat(decisions).Concat(signals).GroupBy(end => end.Key.Topic).ToDictionary(
            topic => topic.Key, topic => (IReadOnlyDictionary<TopicPartition, long>)topic.ToDictionary());
        return new PipelineSnapshot(settings, ends, cuts, database, cancellationToken);
    }

    private async Task<SnapshotCuts> LetCatchUpAsync(CancellationToken cancellationToken)
    {
        var backlog = new Backlog(settings, offsets, postgres, options);
        var signals = await EndsAsync(_signals);
        await UntilAsync(() => backlog.AreSignalsTakenAsync(signals, cancellationToken), cancellationToken);

        // what the processor committed is written; its markers may be on their way
        var decisions = await offsets.EndsAsync(_decisions, IsolationLevel.ReadUncommitted);
        await UntilAsync(async () => IsReached(decisions, await EndsAsync(_decisions)), cancellationToken);
        decisions = Smaller(decisions, await EndsAsync(_decisions));
        await UntilAsync(() => backlog.AreDecisionsTakenAsync(decisions, cancellationToken), cancellationToken);

        return new SnapshotCuts(
            signals.Concat(decisions).ToDictionary(), await LetEventsComeAsync(cancellationToken));
    }

    /// <summary>Waits until the events of the rows that are there are committed, or patience ends.</summary>
    /// <returns>Those that did not come.</returns>
    private async Task<HashSet<Guid>> LetEventsComeAsync(CancellationToken cancellationToken)
    {
        using var rows = new Spill<Guid>(SpillCodec.Write, SpillCodec.ReadGuid);
        await DatabaseReader.EventIdsAsync(postgres, id => rows.Add(Buckets.Of(id), id), cancellationToken);
        var from = await EndsAsync(_events);
        using var events = new Spill<Guid>(SpillCodec.Write, SpillCodec.ReadGuid);
        await Task.Run(
            () =>
            {
                foreach (var id in TopicReader.Read(settings, from, cancellationToken).Select(Id))
                    events.Add(Buckets.Of(id), id);
            },
            cancellationToken);
        HashSet<Guid> awaited = [.. Enumerable.Range(0, Buckets.Count).SelectMany(
            bucket => rows.Read(bucket).Except(events.Read(bucket)))];
        await UntilAsync(
            async () =>
            {
                if (awaited.Count == 0) return true;
                var ends = await EndsAsync(_events);
                await Task.Run(
                    () => awaited.ExceptWith(TopicReader.Read(settings, ends, cancellationToken, from).Select(Id)),
                    cancellationToken);
                from = ends;
                return awaited.Count == 0;
            },
            cancellationToken);
        return awaited;

        static Guid Id(CommittedRecord record) =>
            Guid.TryParse(record.HeaderText(OrderEvent.IdHeader), out var id) ? id : Guid.Empty;
    }

    // each stage has all of the patience: one that needed most of it leaves the next no less
    private async Task UntilAsync(Func<Task<bool>> isThere, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!await isThere() && clock.Elapsed < options.Patience) await Task.Delay(AskEvery, cancellationToken);
    }

    private static bool IsReached(Dictionary<TopicPartition, long> wanted, Dictionary<TopicPartition, long> reached) =>
        wanted.All(end => reached.GetValueOrDefault(end.Key) >= end.Value);

    private static Dictionary<TopicPartition, long> Smaller(
        Dictionary<TopicPartition, long> a, Dictionary<TopicPartition, long> b) =>
        a.ToDictionary(end => end.Key, end => Math.Min(end.Value, b.GetValueOrDefault(end.Key)));

    private Task<Dictionary<TopicPartition, long>> EndsAsync(IEnumerable<TopicPartition> partitions) =>
        offsets.EndsAsync(partitions, IsolationLevel.ReadCommitted);
}
