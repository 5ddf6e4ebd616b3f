using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification;
using FuturesEos.Cli.Verification.Following;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Tests.Verification;

/// <summary>
/// A pipeline in memory as somebody who follows it sees it: in rounds, each cut where the stages can have stood at one
/// moment; between two rounds the check is written and read again.
/// </summary>
internal sealed class FollowedWorld(MemoryWorld world, int seed, int rounds)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<(string Topic, int Partition), int> _taken = [];

    public VerifyReport Run()
    {
        var options = new VerifyOptions();
        var check = new FollowCheck(options);
        for (var round = 1; round <= rounds; round++)
        {
            var isLast = round == rounds;
            Round(check, (double)round / rounds, isLast);
            if (isLast) continue;
            using var memory = new MemoryStream();
            check.Write(new BinaryWriter(memory));
            memory.Position = 0;
            check = FollowCheck.Read(new BinaryReader(memory), options);
        }

        return check.Report;
    }

    private void Round(FollowCheck check, double share, bool isLast)
    {
        var decisions = Cut(Topics.Decisions(), log => isLast ? log.Count : (int)(log.Count * share));
        var taken = Bounds(decisions, isLast);
        var letters = Cut(
            Topics.DeadLetters(), log => isLast ? log.Count : log.FindLastIndex(letter => IsBelow(letter, taken)) + 1);
        // at least what outputs follow from; often more, since signals are cut last
        foreach (var timeframe in Timeframes.All.ToArray())
        {
            var signals = Cut(Topics.Signals(timeframe), log => isLast || _random.Next(2) == 0
                ? log.Count : Math.Max(Needed(log, letters, taken), (int)(log.Count * share)));
            foreach (var record in Take(Topics.Signals(timeframe), signals)) check.AddSignal(timeframe, record);
        }

        foreach (var letter in Take(Topics.DeadLetters(), letters)) check.AddDeadLetter(letter);
        foreach (var decision in Take(Topics.Decisions(), decisions)) check.AddDecision(decision);
        check.CloseSignals((topic, partition, offset) => offset < taken.GetValueOrDefault((topic, partition))
            && (!isLast || world.HadTime(topic, partition, offset)));
        var database = new Rows(world, decisions, isLast);
        check.AddRows(database, partition => world.End(Topics.Decisions(), partition));
        var events = Cut(Topics.Orders, log => isLast ? log.Count : log.TakeWhile(database.Has).Count());
        foreach (var record in Take(Topics.Orders, events)) check.AddEvent(record);
        check.CloseEvents(id => isLast && world.HadTime(id));
    }

    // For each task how many of its records are seen, never fewer than before.
    private Dictionary<int, int> Cut(string topic, Func<List<CommittedRecord>, int> count) => Enumerable.Range(
        0, Topics.Partitions).ToDictionary(
        partition => partition,
        partition => Math.Max(_taken.GetValueOrDefault((topic, partition)),
            Math.Min(world.Log(topic, partition).Count, count(world.Log(topic, partition)))));

    private IEnumerable<CommittedRecord> Take(string topic, Dictionary<int, int> counts)
    {
        foreach (var (partition, count) in counts)
        {
            var from = _taken.GetValueOrDefault((topic, partition));
            _taken[(topic, partition)] = count;
            foreach (var record in world.Log(topic, partition).Take(count).Skip(from)) yield return record;
        }
    }

    // Up to the last decided signal of a topic everything was taken.
    private Dictionary<(string Topic, int Partition), long> Bounds(Dictionary<int, int> decisions, bool isLast)
    {
        var bounds = new Dictionary<(string, int), long>();
        foreach (var (partition, count) in decisions)
        {
            var decided = world.Log(Topics.Decisions(), partition).Take(count).Select(SignalOf).ToHashSet();
            foreach (var topic in Topics.OfSignals.Select(signals => signals.Name))
            {
                var log = world.Log(topic, partition);
                bounds[(topic, partition)] = isLast ? long.MaxValue
                    : log.Where(record => IdOf(record) is { } id && decided.Contains(id))
                        .GroupBy(IdOf).Select(same => same.First().Offset + 1).DefaultIfEmpty(0).Max();
            }
        }

        return bounds;
    }

    private static bool IsBelow(CommittedRecord letter, Dictionary<(string Topic, int Partition), long> bounds) =>
        DeadLetterSet.SourceOf(letter) is { } source
            && source.Offset < bounds.GetValueOrDefault((source.Topic, source.Partition));

    private int Needed(
        List<CommittedRecord> log, Dictionary<int, int> letters, Dictionary<(string Topic, int Partition), long> bounds)
    {
        if (log.Count == 0) return 0;
        var (topic, partition) = (log[0].Topic, log[0].Partition);
        var named = world.Log(Topics.DeadLetters(), partition).Take(letters[partition]).Select(DeadLetterSet.SourceOf)
            .Where(source => source?.Topic == topic).Select(source => source!.Value.Offset + 1).DefaultIfEmpty(0).Max();
        return log.Count(record => record.Offset < Math.Max(named, bounds[(topic, partition)]));
    }

    private static Guid? SignalOf(CommittedRecord record) =>
        DecisionReader.TryRead(record.Value, out var decision, out _) ? decision.SignalId : null;

    private static Guid? IdOf(CommittedRecord record) =>
        SignalReader.TryReadValue(record.Value, out var signal, out _) ? SignalId.Of(signal) : null;

    /// <summary>What the order manager had written when it had taken so many decisions.</summary>
    private sealed class Rows : IFollowedDatabase
    {
        private readonly List<OrderRow> _orders;
        private readonly List<OutboxTableRow> _outbox;
        private readonly HashSet<string> _events;

        public Rows(MemoryWorld world, Dictionary<int, int> decisions, bool isLast)
        {
            var seen =
                decisions.SelectMany(count => world.Log(Topics.Decisions(), count.Key).Take(count.Value)).ToList();
            var ids = seen.Select(record => DecisionReader.TryRead(record.Value, out var decision, out _)
                ? decision.Id : Guid.Empty).ToHashSet();
            _orders = isLast
                ? world.Database.Orders : [.. world.Database.Orders.Where(order => ids.Contains(order.DecisionId))];
            var there = _orders.Select(order => order.Id).ToHashSet();
            _outbox = isLast
                ? world.Database.Outbox : [.. world.Database.Outbox.Where(row => there.Contains(row.AggregateId))];
            _events = [.. _outbox.Select(row => row.EventId.ToString())];
            NextOffsets = isLast
                ? world.NextOffsets
                : world.NextOffsets.ToDictionary(next => next.Key, next => Math.Min(
                    next.Value, world.Log(Topics.Decisions(), next.Key)
                        .Take(decisions[next.Key]).Select(record => record.Offset + 1).DefaultIfEmpty(0).Max()));
            DeadLetters = isLast ? world.OrderDeadLetters : [];
        }

        public IReadOnlyDictionary<int, long> NextOffsets { get; }

        public IReadOnlyList<DeadLetterRow> DeadLetters { get; }

        public bool Has(CommittedRecord record) => _events.Contains(record.HeaderText(OrderEvent.IdHeader) ?? "");

        public (long Orders, long Outbox) Count() => (_orders.Count, _outbox.Count);

        public IEnumerable<OrderRow> Orders(IReadOnlyList<Guid> ids) => _orders.IntersectBy(ids, order => order.Id);

        public IEnumerable<OutboxTableRow> Outbox(IReadOnlyList<Guid> orders)
        {
            var asked = orders.ToHashSet();
            return _outbox.Where(row => asked.Contains(row.AggregateId));
        }
    }
}
