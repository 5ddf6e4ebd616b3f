using System.Text;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Tests.Verification;

/// <summary>
/// One thing broken in a correct pipeline: what, and the name under which verification has to report it.
/// </summary>
internal sealed record Mutant(Action<MemoryWorld> Break, Stage Stage, DifferenceKind Kind, long CountMax = 1);

/// <summary>Every way in which a pipeline that claims exactly once was ever seen to fail, at every stage.</summary>
internal static class Mutants
{
    private static readonly string Decisions = Topics.Decisions();
    private static readonly string DeadLetters = Topics.DeadLetters();
    private static readonly string Events = Topics.Orders;

    public static IReadOnlyDictionary<string, Mutant> All { get; } = new Dictionary<string, Mutant>
    {
        ["a decision is doubled"] = new(w => Double(w.Fullest(Decisions)), Stage.Decisions, DifferenceKind.Duplicate),
        ["an aborted attempt's decisions are visible"] = new(ShowAborted, Stage.Decisions, DifferenceKind.Duplicate, 5),
        ["the first decision is lost"] =
            new(w => Remove(w.Fullest(Decisions), 0), Stage.Decisions, DifferenceKind.Missing),
        ["a decision in the middle is lost"] =
            new(w => Remove(w.Fullest(Decisions), 0.5), Stage.Decisions, DifferenceKind.Missing),
        ["the last decision is lost"] =
            new(w => Remove(w.Fullest(Decisions), 1), Stage.Decisions, DifferenceKind.Missing),
        ["all decisions are lost"] =
            new(w => Clear(w, Decisions), Stage.Decisions, DifferenceKind.Missing, long.MaxValue),
        ["two decisions changed places"] =
            new(w => SwapPlaces(w.Fullest(Decisions)), Stage.Decisions, DifferenceKind.Order),
        ["two decisions changed contents"] =
            new(w => SwapContents(w.Fullest(Decisions)), Stage.Decisions, DifferenceKind.Content, 4),
        ["a decision's confidence is altered"] = new(w => Alter(w.Fullest(Decisions),
            d => d with { Confidence = d.Confidence - 0.0001m }), Stage.Decisions, DifferenceKind.Content),
        ["a decision's count is altered"] = new(w => Alter(w.Fullest(Decisions),
            d => d with { SignalCount = d.SignalCount + 1 }), Stage.Decisions, DifferenceKind.Content),
        ["a decision's price is altered"] = new(w => Alter(w.Fullest(Decisions),
            d => d with { SuggestedPrice = d.SuggestedPrice + 0.00000001m }), Stage.Decisions, DifferenceKind.Content),
        ["a decision's id is altered"] = new(w => Alter(w.Fullest(Decisions), d => d with { Id = Guid.NewGuid() }),
            Stage.Decisions, DifferenceKind.Content),
        ["a decision has another timestamp"] = new(w => Replace(w.Fullest(Decisions),
            r => r with { TimestampMs = r.TimestampMs + 1 }), Stage.Decisions, DifferenceKind.Content),
        ["a decision has another key"] = new(w => Replace(
            w.Fullest(Decisions), r => r with { Key = "OTHER"u8.ToArray() }), Stage.Decisions, DifferenceKind.Content),
        ["a decision lacks its header"] = new(
            w => Replace(w.Fullest(Decisions), r => r with { Headers = [] }), Stage.Decisions, DifferenceKind.Content),
        ["a decision lies in another partition than its signal"] =
            new(Misplace, Stage.Decisions, DifferenceKind.Content, long.MaxValue), // what follows it is judged after it
        ["a decision has no signal"] = new(AddOrphan, Stage.Decisions, DifferenceKind.Unexpected),
        ["a decision cannot be read"] =
            new(w => w.Append(Decisions, 0, 1, null, "{"u8.ToArray()), Stage.Decisions, DifferenceKind.Unexpected),
        ["a decision's signal is lost"] = new(LoseSignal, Stage.Decisions, DifferenceKind.Unexpected),
        ["a late signal was decided"] = new(DecideLate, Stage.Decisions, DifferenceKind.Unexpected, 2),
        ["an unreadable signal's dead letter is lost"] =
            new(w => RemoveLetter(w, "MALFORMED"), Stage.DeadLetters, DifferenceKind.Missing),
        ["a dead letter of another's key is lost"] =
            new(w => RemoveLetter(w, "KEY_MISMATCH"), Stage.DeadLetters, DifferenceKind.Missing),
        ["all dead letters are lost"] =
            new(w => Clear(w, DeadLetters), Stage.DeadLetters, DifferenceKind.Missing, long.MaxValue),
        ["a late signal's dead letter is lost"] =
            new(w => RemoveLetter(w, "LATE"), Stage.Decisions, DifferenceKind.Missing),
        ["a dead letter is doubled"] =
            new(w => Double(w.Fullest(DeadLetters)), Stage.DeadLetters, DifferenceKind.Duplicate),
        ["a dead letter has another reason"] = new(w => Replace(w.Fullest(DeadLetters),
            r => WithHeader(r, DeadLetterHeaders.Reason, "SOMETHING")), Stage.DeadLetters, DifferenceKind.Reason),
        ["a dead letter has other bytes"] = new(w => Replace(w.Fullest(DeadLetters),
            r => r with { Value = [.. r.Value!, (byte)' '] }), Stage.DeadLetters, DifferenceKind.Content),
        ["a dead letter has another key"] = new(w => Replace(w.Fullest(DeadLetters), r => r with { Key = null }),
            Stage.DeadLetters, DifferenceKind.Content),
        ["a dead letter lost a header of the signal"] = new(w => Replace(w.Fullest(DeadLetters), r => r with
        {
            Headers =
            [.. r.Headers.Where(h => h.Name != "source")]
        }), Stage.DeadLetters, DifferenceKind.Content),
        ["a dead letter is of no record"] = new(w => Replace(w.Fullest(DeadLetters),
            r => WithHeader(r, DeadLetterHeaders.Offset, "999999")), Stage.DeadLetters, DifferenceKind.Unexpected),
        ["a dead letter does not say where from"] = new(w => Replace(
            w.Fullest(DeadLetters), r => r with { Headers = [] }), Stage.DeadLetters, DifferenceKind.Unexpected),
        ["a decided signal has a dead letter too"] = new(RefuseDecided, Stage.DeadLetters, DifferenceKind.Unexpected),
        ["an order is lost"] = new(w => w.Database.Orders.RemoveAt(3), Stage.Orders, DifferenceKind.Missing),
        ["the last order is lost"] =
            new(w => w.Database.Orders.RemoveAt(w.Database.Orders.Count - 1), Stage.Orders, DifferenceKind.Missing),
        ["all orders are lost"] =
            new(w => w.Database.Orders.Clear(), Stage.Orders, DifferenceKind.Missing, long.MaxValue),
        ["an order is doubled"] =
            new(w => w.Database.Orders.Add(w.Database.Orders[3]), Stage.Orders, DifferenceKind.Duplicate),
        ["an order has no decision"] = new(w => w.Database.Orders.Add(
            w.Database.Orders[3] with { Id = Guid.NewGuid() }), Stage.Orders, DifferenceKind.Unexpected),
        ["an order's quantity is altered"] =
            new(w => AlterOrder(w, o => o with { Qty = o.Qty + 0.01m }), Stage.Orders, DifferenceKind.Content),
        ["an order's price is altered"] = new(
            w => AlterOrder(w, o => o with { Price = o.Price + 0.00000001m }), Stage.Orders, DifferenceKind.Content),
        ["an order's side is altered"] = new(w => AlterOrder(
            w, o => o with { Side = o.Side == "BUY" ? "SELL" : "BUY" }), Stage.Orders, DifferenceKind.Content),
        ["an order's time is altered"] = new(w => AlterOrder(
            w, o => o with { CreatedAt = o.CreatedAt.AddMilliseconds(1) }), Stage.Orders, DifferenceKind.Content),
        ["the offset is behind the orders"] = new(
            w => w.Database.NextOffsets[w.Fullest(Decisions)[0].Partition] = 1, Stage.Offsets, DifferenceKind.Missing),
        ["the offset is ahead of the topic"] = new(w => w.Database.NextOffsets[w.Fullest(
            Decisions)[0].Partition] += 100, Stage.Offsets, DifferenceKind.Unexpected),
        ["the offsets are lost"] =
            new(w => w.Database.NextOffsets.Clear(), Stage.Offsets, DifferenceKind.Missing, Topics.Partitions),
        ["an unreadable decision was dropped"] =
            new(w => w.Append(Decisions, 0, 1, null, "{"u8.ToArray()), Stage.OrderDeadLetters, DifferenceKind.Missing),
        ["a decision was put aside that is not there"] = new(w => w.Database.DeadLetters.Add(
            new DeadLetterRow(Decisions, 0, 3, null, null, "?")), Stage.OrderDeadLetters, DifferenceKind.Unexpected),
        ["an outbox row is lost"] = new(w => w.Database.Outbox.RemoveAt(3), Stage.Outbox, DifferenceKind.Missing),
        ["an outbox row is doubled"] = new(w => w.Database.Outbox.Add(
            w.Database.Outbox[3] with { EventId = Guid.NewGuid() }), Stage.Outbox, DifferenceKind.Duplicate),
        ["an outbox row has no order"] = new(w => w.Database.Outbox.Add(w.Database.Outbox[3] with
        {
            EventId =
            Guid.NewGuid(),
            AggregateId = Guid.NewGuid()
        }), Stage.Outbox, DifferenceKind.Unexpected),
        ["an outbox payload is altered"] = new(w => AlterOutbox(w, r => r with
        {
            Payload = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(r.Payload).Replace("PENDING", "pending"))
        }), Stage.Outbox, DifferenceKind.Content),
        ["an outbox row's time is altered"] = new(w => AlterOutbox(
            w, r => r with { OccurredAtMs = r.OccurredAtMs + 1 }), Stage.Outbox, DifferenceKind.Content),
        ["an event is lost"] = new(w => Remove(w.Fullest(Events), 0.5), Stage.Events, DifferenceKind.Missing),
        ["the first event is lost"] = new(w => Remove(w.Fullest(Events), 0), Stage.Events, DifferenceKind.Missing),
        ["the last event is lost"] = new(w => Remove(w.Fullest(Events), 1), Stage.Events, DifferenceKind.Missing),
        ["all events are lost"] = new(w => Clear(w, Events), Stage.Events, DifferenceKind.Missing, long.MaxValue),
        ["an event is doubled"] = new(w => Double(w.Fullest(Events)), Stage.Events, DifferenceKind.Duplicate),
        ["an event has no row"] = new(w => Replace(w.Fullest(Events),
            r => WithHeader(r, "id", Guid.NewGuid().ToString())), Stage.Events, DifferenceKind.Unexpected),
        ["an event's value is altered"] = new(w => Replace(w.Fullest(Events), r => r with { Value = "{}"u8.ToArray() }),
            Stage.Events, DifferenceKind.Content),
        ["two events changed contents"] = new(SwapEvents, Stage.Events, DifferenceKind.Content, 2),
        ["an event's key is altered"] = new(w => Replace(w.Fullest(Events), r => r with { Key = "x"u8.ToArray() }),
            Stage.Events, DifferenceKind.Content),
        ["an event's type is altered"] = new(w => Replace(
            w.Fullest(Events), r => WithHeader(r, "event_type", "ORDER_GONE")), Stage.Events, DifferenceKind.Content),
        ["an event's time is altered"] = new(w => Replace(w.Fullest(Events),
            r => WithHeader(r, "occurred_at", "2020-01-01T00:00:00Z")), Stage.Events, DifferenceKind.Content),
        ["an event lost its trace"] =
            new(
                w => Replace(
                    w.Fullest(Events), r => r with { Headers = [.. r.Headers.Where(h => h.Name != "traceparent")] },
                    r => r.HeaderText("traceparent") is not null), Stage.Events, DifferenceKind.Content),
        ["no signal was sent"] = new(w => ClearAll(w), Stage.Signals, DifferenceKind.Nothing),
    };

    private static void Remove(List<CommittedRecord> log, double where) => log.RemoveAt((int)(where * (log.Count - 1)));

    private static void Double(List<CommittedRecord> log) =>
        log.Add(log[log.Count / 2] with { Offset = log[^1].Offset + 1 });

    private static void Misplace(MemoryWorld world)
    {
        var log = world.Fullest(Decisions);
        var moved = log[^1];
        log.RemoveAt(log.Count - 1);
        world.Database.NextOffsets[moved.Partition] = log[^1].Offset + 1;
        var other = (moved.Partition + 1) % Topics.Partitions;
        var there = world.Append(Decisions, other, moved.TimestampMs, moved.Key, moved.Value, [.. moved.Headers]);
        world.Database.NextOffsets[other] = there.Offset + 1;
    }

    private static void ShowAborted(MemoryWorld world)
    {
        var log = world.Fullest(Decisions);
        var attempt = log.GetRange(log.Count / 2, 5);
        log.InsertRange(log.Count / 2, attempt);
        for (var i = 0; i < log.Count; i++) log[i] = log[i] with { Offset = i };
        world.Database.NextOffsets[log[0].Partition] = log.Count;
    }

    private static void Clear(MemoryWorld world, string topic)
    {
        for (var p = 0; p < Topics.Partitions; p++) world.Log(topic, p).Clear();
    }

    private static void ClearAll(MemoryWorld world)
    {
        foreach (var topic in Topics.All()) Clear(world, topic.Name);
        world.Database.Orders.Clear();
        world.Database.Outbox.Clear();
        world.Database.NextOffsets.Clear();
    }

    /// <summary>
    /// Two of one symbol that follow each other, from the same topic of signals: no legal order has them so.
    /// </summary>
    private static (int First, int Second) Neighbours(List<CommittedRecord> log)
    {
        for (var i = log.Count / 2; i < log.Count; i++)
        {
            var next = log.FindIndex(i + 1, r => r.Key.AsSpan().SequenceEqual(log[i].Key));
            if (next > 0 && Read(log[i]).WindowStart == Read(log[next]).WindowStart) return (i, next);
        }

        throw new InvalidOperationException("no neighbours");
    }

    private static void SwapPlaces(List<CommittedRecord> log)
    {
        var (first, second) = Neighbours(log);
        (log[first], log[second]) =
            (log[second] with { Offset = log[first].Offset }, log[first] with { Offset = log[second].Offset });
    }

    private static void SwapContents(List<CommittedRecord> log)
    {
        var (first, second) = Neighbours(log);
        var (a, b) = (Read(log[first]), Read(log[second]));
        log[first] = log[first] with
        {
            Value =
            MemoryWorld.Json(b with { Id = a.Id, SignalId = a.SignalId, Timestamp = a.Timestamp })
        };
        log[second] = log[second] with
        {
            Value =
            MemoryWorld.Json(a with { Id = b.Id, SignalId = b.SignalId, Timestamp = b.Timestamp })
        };
    }

    private static void Alter(List<CommittedRecord> log, Func<Decision, Decision> change) =>
        Replace(log, r => r with { Value = MemoryWorld.Json(change(Read(r))) });

    private static void Replace(List<CommittedRecord> log,
        Func<CommittedRecord, CommittedRecord> change, Predicate<CommittedRecord>? where = null)
    {
        var index = log.FindIndex(log.Count / 3, where ?? (_ => true));
        log[index] = change(log[index]);
    }

    private static void AddOrphan(MemoryWorld world)
    {
        var decision = Read(world.Fullest(Decisions)[5]);
        var signalId = Guid.NewGuid();
        world.Append(decision with { SignalId = signalId, Id = Decision.IdOf(signalId) }, 0);
    }

    private static void LoseSignal(MemoryWorld world)
    {
        var log = world.Fullest(Topics.Signals(Timeframe.OneMinute));
        var ids = log.Select(SignalIdOf).ToList();
        log.RemoveAt(log.FindIndex(log.Count / 2, r => SignalIdOf(r) is { } id
            && ids.Count(other => other == id) == 1 && world.Fullest(Decisions).Any(d => Read(d).SignalId == id)));
    }

    private static void DecideLate(MemoryWorld world)
    {
        var letter = Letter(world, "LATE", isUnique: true);
        world.Log(DeadLetters, letter.Partition).Remove(letter);
        SignalReader.TryReadValue(letter.Value, out var signal, out _);
        var decision = new SymbolFold().Take(signal).Decision!;
        world.Append(decision, letter.Partition);
    }

    private static void RefuseDecided(MemoryWorld world)
    {
        var signal = world.Fullest(Topics.Signals(Timeframe.FiveMinutes));
        var log = world.Fullest(Decisions);
        var taken = signal.Find(s => log.Exists(d => Read(d).SignalId == SignalIdOf(s)))!;
        world.Append(
            DeadLetters, 0, 1, taken.Key, taken.Value,
            [
                .. taken.Headers, RecordHeader.Of(DeadLetterHeaders.Reason, "LATE"),
                RecordHeader.Of(DeadLetterHeaders.Detail, "so it says"),
                RecordHeader.Of(DeadLetterHeaders.Topic, taken.Topic),
                RecordHeader.Of(DeadLetterHeaders.Partition, $"{taken.Partition}"),
                RecordHeader.Of(DeadLetterHeaders.Offset, $"{taken.Offset}"),
            ]);
    }

    private static CommittedRecord Letter(MemoryWorld world, string reason, bool isUnique = false)
    {
        var letters = world.Read(DeadLetters).ToList();
        return letters.Find(r => r.HeaderText(DeadLetterHeaders.Reason) == reason
            && (!isUnique || letters.Count(other => other.Value.AsSpan().SequenceEqual(r.Value)) == 1))!;
    }

    private static void RemoveLetter(MemoryWorld world, string reason)
    {
        var letter = Letter(world, reason, isUnique: reason == "LATE");
        world.Log(DeadLetters, letter.Partition).Remove(letter);
    }

    private static void SwapEvents(MemoryWorld world)
    {
        var log = world.Fullest(Events);
        (log[2], log[5]) = (log[2] with { Value = log[5].Value }, log[5] with { Value = log[2].Value });
    }

    private static void AlterOrder(MemoryWorld world, Func<OrderRow, OrderRow> change) =>
        world.Database.Orders[4] = change(world.Database.Orders[4]);

    private static void AlterOutbox(MemoryWorld world, Func<OutboxTableRow, OutboxTableRow> change) =>
        world.Database.Outbox[4] = change(world.Database.Outbox[4]);

    private static CommittedRecord WithHeader(CommittedRecord record, string name, string text) =>
        record with
        {
            Headers = [
            .. record.Headers.Select(h => h.Name == name ? new RecordHeader(name, Encoding.UTF8.GetBytes(text)) : h)]
        };

    private static Decision Read(CommittedRecord record) =>
        DecisionReader.TryRead(record.Value, out var decision, out var error)
            ? decision : throw new InvalidOperationException(error);

    private static Guid? SignalIdOf(CommittedRecord record) =>
        SignalReader.TryReadValue(record.Value, out var signal, out _) ? SignalId.Of(signal) : null;
}
