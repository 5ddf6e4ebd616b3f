using System.Buffers;
using System.Text;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Orders;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults;
using Xunit;

namespace FuturesEos.Tests.Verification;

/// <summary>
/// A whole pipeline in memory, worked through correctly: signals of several symbols with repeated, late and unreadable
/// ones, taken in the order of timestamps or in another legal order. Tests then break one thing.
/// </summary>
internal sealed class MemoryWorld : IPipelineWorld
{
    private const long Start = 1_763_596_800_000;
    private static readonly string[] SymbolNames = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPETH"];
    private readonly Dictionary<(string Topic, int Partition), List<CommittedRecord>> _logs = [];

    private MemoryWorld()
    {
    }

    /// <summary>The database; tests change its rows.</summary>
    public DatabaseRows Database { get; } = new();

    public IEnumerable<OrderRow> Orders => Database.Orders;

    public IEnumerable<OutboxTableRow> Outbox => Database.Outbox;

    public Dictionary<int, long> NextOffsets => Database.NextOffsets;

    public IReadOnlyList<DeadLetterRow> OrderDeadLetters => Database.DeadLetters;

    /// <summary>Topics that cannot be read.</summary>
    public HashSet<string> Unreachable { get; } = [];

    /// <summary>Offsets from which on records came in while the check began.</summary>
    public Dictionary<(string Topic, int Partition), long> Cuts { get; } = [];

    /// <summary>Events that the relay has had no time for.</summary>
    public HashSet<Guid> YoungEvents { get; } = [];

    public static MemoryWorld Create(int seed, int signals = 900, bool byTimestamp = false)
    {
        var world = new MemoryWorld();
        var random = new Random(seed);
        world.Send(random, signals);
        for (var partition = 0; partition < Topics.Partitions; partition++)
            world.Process(partition, random, byTimestamp);
        world.TakeOrders();
        return world;
    }

    /// <summary>A partition's records; tests change the list.</summary>
    public List<CommittedRecord> Log(string topic, int partition)
    {
        if (!_logs.TryGetValue((topic, partition), out var log)) _logs.Add((topic, partition), log = []);
        return log;
    }

    /// <summary>The fullest partition of a topic.</summary>
    public List<CommittedRecord> Fullest(string topic) =>
        Enumerable.Range(0, Topics.Partitions).Select(p => Log(topic, p)).MaxBy(log => log.Count)!;

    public IEnumerable<CommittedRecord> Read(string topic)
    {
        if (Unreachable.Contains(topic)) throw ExpectedFailure.Unreachable($"no broker answers for {topic}");
        return Enumerable.Range(0, Topics.Partitions).SelectMany(partition => Log(topic, partition));
    }

    public bool HadTime(string topic, int partition, long offset) =>
        !Cuts.TryGetValue((topic, partition), out var cut) || offset < cut;

    public bool HadTime(Guid eventId) => !YoungEvents.Contains(eventId);

    public long End(string topic, int partition) =>
        Log(topic, partition) is { Count: > 0 } log ? log[^1].Offset + 1 : 0;

    /// <summary>How many records lie before an offset.</summary>
    public int IndexOf(string topic, int partition, long offset)
    {
        var log = Log(topic, partition);
        var (low, high) = (0, log.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (log[middle].Offset < offset) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>
    /// Appends a record; transactions leave gaps for their markers, so offsets are not without holes.
    /// </summary>
    public CommittedRecord Append(
        string topic, int partition, long timestamp, byte[]? key, byte[]? value, params RecordHeader[] headers)
    {
        var log = Log(topic, partition);
        var offset = End(topic, partition) + (log.Count % 7 == 6 ? 1 : 0);
        var record = new CommittedRecord(topic, partition, offset, timestamp, key, value, headers);
        log.Add(record);
        return record;
    }

    private void Send(Random random, int count)
    {
        var sent = new List<(string Topic, int Partition, long Ts, byte[] Key, byte[] Value)>();
        for (var i = 0; i < count; i++)
        {
            var ts = Start + (i * 4_000L) + random.Next(3_000);
            if (random.Next(12) == 0) ts -= 400_000; // late, most of them
            var symbol = SymbolNames[random.Next(SymbolNames.Length)];
            var timeframe = (Timeframe)random.Next(Timeframes.Count);
            var side = random.Next(5) == 0 ? Side.Sell : Side.Buy;
            var signal = new Signal(random.Next(2) == 0 ? $"s-{i}" : null,
                symbol, side, random.Next(1, 50) / 4m, 100 + (random.Next(100) / 8m), timeframe, ts);
            var value = random.Next(40) == 0 ? "{\"symbol\":"u8.ToArray() : Json(signal);
            var key = Encoding.ASCII.GetBytes(random.Next(60) == 0 ? "OTHER" : symbol);
            var partition = Murmur2.Partition(key, Topics.Partitions);
            sent.Add((Topics.Signals(timeframe), partition, Math.Max(ts, Start), key, value));
            if (random.Next(10) == 0) sent.Add(sent[random.Next(Math.Max(0, sent.Count - 20), sent.Count)]);
        }

        foreach (var (topic, partition, ts, key, value) in sent)
            Append(
                topic, partition, ts, key, value, RecordHeader.Of("source", "test"), new RecordHeader("empty", null));
    }

    private void Process(int partition, Random random, bool byTimestamp)
    {
        var heads = Timeframes.All.ToArray()
            .Select(t => new Queue<CommittedRecord>(Log(Topics.Signals(t), partition))).ToArray();
        var folds = new Dictionary<string, SymbolFold>();
        while (true)
        {
            var ready = Enumerable.Range(0, heads.Length).Where(t => heads[t].Count > 0).ToList();
            if (ready.Count == 0) return;
            var timeframe = byTimestamp || random.Next(3) > 0
                ? ready.MinBy(t => (heads[t].Peek().TimestampMs, t)) : ready[random.Next(ready.Count)];
            Take(heads[timeframe].Dequeue(), (Timeframe)timeframe, folds);
        }
    }

    private void Take(CommittedRecord record, Timeframe timeframe, Dictionary<string, SymbolFold> folds)
    {
        if (!SignalReader.TryRead(
            record.Key, record.Value, timeframe, record.TimestampMs, out var signal, out var refusal))
        {
            Refuse(record, refusal);
            return;
        }

        if (!folds.TryGetValue(signal.Symbol, out var fold)) folds.Add(signal.Symbol, fold = new SymbolFold());
        var result = fold.Take(signal);
        if (result.Kind == FoldKind.Late) Refuse(record, result.Refusal);
        if (result.Decision is { } decision) Append(decision, record.Partition);
    }

    /// <summary>Appends a decision.</summary>
    public void Append(Decision decision, int partition) => Append(
        Topics.Decisions(), partition, decision.Timestamp, Encoding.ASCII.GetBytes(decision.Symbol), Json(decision),
        RecordHeader.Of(Decision.SignalIdHeader, decision.SignalId.ToString()));

    private void Refuse(CommittedRecord record, Refusal refusal) => Append(
        Topics.DeadLetters(), record.Partition, record.TimestampMs, record.Key, record.Value,
        [
            .. record.Headers, RecordHeader.Of(DeadLetterHeaders.Reason, refusal.Code),
            RecordHeader.Of(DeadLetterHeaders.Detail, refusal.Detail),
            RecordHeader.Of(DeadLetterHeaders.Topic, record.Topic),
            RecordHeader.Of(DeadLetterHeaders.Partition, $"{record.Partition}"),
            RecordHeader.Of(DeadLetterHeaders.Offset, $"{record.Offset}"),
        ]);

    private void TakeOrders()
    {
        for (var partition = 0; partition < Topics.Partitions; partition++)
        {
            foreach (var record in Log(Topics.Decisions(), partition))
            {
                Database.NextOffsets[partition] = record.Offset + 1;
                Assert.True(DecisionReader.TryRead(record.Value, out var decision, out _));
                if (OrderRule.Decide(decision, new OrderRuleOptions()) is { } order) Take(order);
            }
        }
    }

    private void Take(Order order)
    {
        var row = OutboxRow.For(
            order, order.CreatedAt % 2 == 0 ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : null);
        Database.Orders.Add(new OrderRow(
            order.Id, order.ClientOrderId, order.DecisionId, order.SignalId,
            order.Symbol, order.Side.Text(), order.Qty, order.Price, Order.PendingStatus, Time(order.CreatedAt)));
        Database.Outbox.Add(new OutboxTableRow(
            row.EventId, row.AggregateType, row.AggregateId, row.Type,
            Encoding.UTF8.GetBytes(row.Payload.Replace(",", ", ")),
            Time(row.OccurredAt), row.OccurredAt, row.TraceParent));
        RecordHeader[] trace =
            row.TraceParent is null ? [] : [RecordHeader.Of(OrderEvent.TraceParentHeader, row.TraceParent)];
        var key = Encoding.ASCII.GetBytes(row.AggregateId.ToString());
        Append(
            Topics.Orders,
            Murmur2.Partition(key, Topics.Partitions), row.OccurredAt, key, Encoding.UTF8.GetBytes(row.Payload),
            [
                RecordHeader.Of(OrderEvent.IdHeader, row.EventId.ToString()),
                RecordHeader.Of(OrderEvent.EventIdHeader, row.EventId.ToString()),
                RecordHeader.Of(OrderEvent.AggregateIdHeader, row.AggregateId.ToString()),
                RecordHeader.Of(OrderEvent.EventTypeHeader, row.Type),
                RecordHeader.Of(OrderEvent.OccurredAtHeader, Timestamps.Format(row.OccurredAt)), .. trace,
            ]);
    }

    private static DateTime Time(long ms) => DateTime.UnixEpoch.AddMilliseconds(ms);

    public static byte[] Json(in Signal signal)
    {
        var output = new ArrayBufferWriter<byte>();
        signal.Write(output);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Json(Decision decision)
    {
        var output = new ArrayBufferWriter<byte>();
        decision.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
