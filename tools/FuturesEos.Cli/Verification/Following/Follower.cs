using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>
/// Reads, round by round, what every stage has brought since the last one, and has it judged. As in
/// <see cref="SnapshotTaker"/> the
/// stages are cut against the flow, so that whatever is there has its cause there too.
/// </summary>
internal sealed class Follower(
    KafkaSettings kafka, TopicOffsets offsets, string postgres, VerifyOptions options, FollowState state)
{
    private static readonly TimeSpan MarkersPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(100);
    private readonly TopicPartition[] _signals = [
        .. Topics.OfSignals.SelectMany(topic => offsets.Partitions(topic.Name))];
    private readonly TopicPartition[] _outputs = [.. offsets.Partitions(options.DecisionTopic),
        .. offsets.Partitions(options.DeadLetterTopic)];
    private readonly TopicPartition[] _events = [.. offsets.Partitions(Topics.Orders)];
    private readonly Dictionary<Guid, long> _seenIn = [];
    private long _round;
    private long _newestWithEvent;

    /// <summary>One round.</summary>
    /// <returns>Everything so far.</returns>
    /// <exception cref="ExpectedFailure">Something cannot be reached, or a topic is not the one that was
    /// followed.</exception>
    public async Task<VerifyReport> RoundAsync(CancellationToken cancellation)
    {
        _round++;
        var taken = await TakenAsync(cancellation);
        var events = await EndsAsync(_events);
        await using var database = await FollowedDatabase.OpenAsync(postgres, options, cancellation);
        var outputs = await EndsAsync(_outputs);
        var signals = await EndsAsync(_signals);
        foreach (var ends in (IEnumerable<Dictionary<TopicPartition, long>>)[events, outputs, signals])
            RefuseShorter(ends);
        // the client's calls block
        await Task.Run(() => Take(taken, events, database, outputs, signals, cancellation), cancellation);
        return state.Check.Report;
    }

    private void Take(
        Dictionary<TopicPartition, long> taken, Dictionary<TopicPartition, long> events, FollowedDatabase database,
        Dictionary<TopicPartition, long> outputs,
        Dictionary<TopicPartition, long> signals, CancellationToken cancellation)
    {
        var check = state.Check;
        foreach (var timeframe in Timeframes.All.ToArray())
        {
            foreach (var record in Read(Topics.Signals(timeframe), signals, cancellation))
                check.AddSignal(timeframe, record);
        }

        foreach (var record in Read(options.DeadLetterTopic, outputs, cancellation)) check.AddDeadLetter(record);
        foreach (var record in Read(options.DecisionTopic, outputs, cancellation)) check.AddDecision(record);
        check.CloseSignals(
            (topic, partition, offset) => offset < taken.GetValueOrDefault(new TopicPartition(topic, partition)));
        check.AddRows(database, partition => outputs[new TopicPartition(options.DecisionTopic, partition)]);
        foreach (var id in check.OpenEvents) _seenIn.TryAdd(id, _round);
        foreach (var record in Read(Topics.Orders, events, cancellation))
        {
            check.AddEvent(record);
            if (EventCheck.IdOf(record) is { } id && _seenIn.Remove(id, out var round))
                _newestWithEvent = Math.Max(_newestWithEvent, round);
        }

        // Events come in the order of commits: where rows of two rounds later have theirs, this one's is not on its way
        // any more. A relay that is behind is no loss: it shows as events in flight.
        check.CloseEvents(
            id => _seenIn.TryGetValue(id, out var round) && round + 1 < _newestWithEvent && _round > _newestWithEvent);
        foreach (var id in _seenIn.Keys.Except(check.OpenEvents).ToList()) _seenIn.Remove(id);
        foreach (var (partition, end) in signals.Concat(outputs).Concat(events)) state.Positions[partition] = end;
    }

    // What the processor has taken, by its own offsets, once everything that came of it can be read: the markers of one
    // transaction reach the offsets and the outputs one after the other.
    private async Task<Dictionary<TopicPartition, long>> TakenAsync(CancellationToken cancellation)
    {
        var taken = await offsets.GroupAsync(options.ApplicationId, _signals);
        var written = await offsets.EndsAsync(_outputs, IsolationLevel.ReadUncommitted);
        for (var clock =
            Stopwatch.StartNew(); clock.Elapsed < MarkersPatience; await Task.Delay(AskEvery, cancellation))
        {
            var ends = await EndsAsync(_outputs);
            if (written.All(end => ends.GetValueOrDefault(end.Key) >= end.Value)) return taken;
        }

        return []; // a transaction stays open: what is not known to be through is not judged in this round
    }

    private IEnumerable<CommittedRecord> Read(
        string topic, Dictionary<TopicPartition, long> ends, CancellationToken cancellation) =>
        TopicReader.Read(
            kafka, ends.Where(end => end.Key.Topic == topic).ToDictionary(), cancellation, state.Positions);

    private void RefuseShorter(Dictionary<TopicPartition, long> ends)
    {
        foreach (var (partition, end) in ends.Where(end => end.Value < state.Positions.GetValueOrDefault(end.Key)))
        {
            throw new ExpectedFailure(
                ExitCode.CheckFailed,
                $"{partition.Topic} {partition.Partition.Value} ends at {end} and was followed up to "
                    + $"{state.Positions[partition]}: it was made anew, or is another cluster's; remove "
                    + "the state to begin anew");
        }
    }

    private Task<Dictionary<TopicPartition, long>> EndsAsync(TopicPartition[] partitions) =>
        offsets.EndsAsync(partitions, IsolationLevel.ReadCommitted);
}
