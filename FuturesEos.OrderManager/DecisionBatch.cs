using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Orders;

namespace FuturesEos.OrderManager;

/// <summary>
/// What a stretch of decisions leads to: orders with their outbox rows, dead letters, and how far each partition got.
/// </summary>
internal sealed class DecisionBatch(OrderRuleOptions rule)
{
    private readonly SortedDictionary<int, OffsetMove> _moves = [];

    public List<(Order Order, OutboxRow Row)> Orders { get; } = [];

    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>By partition, in the order in which their ledger rows are locked.</summary>
    public IReadOnlyCollection<OffsetMove> Moves => _moves.Values;

    public int Records { get; private set; }

    /// <summary>Of keys and values.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes a record.</summary>
    /// <param name="record">The next of its partition.</param>
    /// <param name="expected">What the ledger held when the batch began; none: there was no row.</param>
    public void Add(in DecisionRecord record, long? expected)
    {
        Records++;
        Bytes += (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        var from = _moves.TryGetValue(record.Partition, out var move) ? move.Expected : expected;
        _moves[record.Partition] = new OffsetMove(record.Partition, from, record.Offset + 1);
        if (!DecisionReader.TryRead(record.Value, out var decision, out var error))
            DeadLetters.Add(new DeadLetter(record.Partition, record.Offset, record.Key, record.Value, error));
        else if (OrderRule.Decide(decision, rule) is { } order)
            Orders.Add((order, OutboxRow.For(order, record.Traceparent)));
    }

    /// <summary>Forgets everything: the records will be read again, by us or by another.</summary>
    public void Clear()
    {
        Records = 0;
        Bytes = 0;
        _moves.Clear();
        Orders.Clear();
        DeadLetters.Clear();
    }
}
