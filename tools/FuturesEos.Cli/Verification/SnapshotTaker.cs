using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Cli.Reading;
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
        var clock = Stopwatch.StartNew();
        var backlog = new Backlog(settings, offsets, postgres, options);
        var signals = await EndsAsync(_signals);
        await UntilAsync(clock, () => backlog.AreSignalsTakenAsync(signals, cancellationToken), cancellationToken);

        // what the processor committed is written; its markers may be on their way
        var decisions = await offsets.EndsAsync(_decisions, IsolationLevel.ReadUncommitted);
        await UntilAsync(clock, async () => IsReached(decisions, await EndsAsync(_decisions)), cancellationToken);
        decisions = Smaller(decisions, await EndsAsync(_decisions));
        await UntilAsync(clock, () => backlog.AreDecisionsTakenAsync(decisions, cancellationToken), cancellationToken);

        var events = await DatabaseReader.EventIdsAsync(postgres, cancellationToken);
        await LetEventsComeAsync(clock, [.. events], cancellationToken);
        return new SnapshotCuts(signals.Concat(decisions).ToDictionary(), events);
    }

    /// <summary>Waits until the events of these rows are committed, or patience ends.</summary>
    private async Task LetEventsComeAsync(Stopwatch clock, HashSet<Guid> awaited, CancellationToken cancellationToken)
    {
        if (awaited.Count == 0) return;
        var from = new Dictionary<TopicPartition, long>();
        await UntilAsync(
            clock,
            async () =>
            {
                var ends = await EndsAsync(_events);
                foreach (var record in await Task.Run(() => TopicReader.Read(settings, ends, cancellationToken, from)
                    .Select(Id).ToList(), cancellationToken))
                    awaited.Remove(record);
                foreach (var (partition, end) in ends) from[partition] = end;
                return awaited.Count == 0;
            },
            cancellationToken);

        static Guid Id(CommittedRecord record) =>
            Guid.TryParse(record.HeaderText(OrderEvent.IdHeader), out var id) ? id : Guid.Empty;
    }

    private async Task UntilAsync(Stopwatch clock, Func<Task<bool>> isThere, CancellationToken cancellationToken)
    {
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
