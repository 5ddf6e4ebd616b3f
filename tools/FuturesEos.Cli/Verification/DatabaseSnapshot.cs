using FuturesEos.Cli.Verification.Spilling;

namespace FuturesEos.Cli.Verification;

/// <summary>The rows of the schema <c>app</c>, as one snapshot shows them; those of the large tables on disk.</summary>
internal sealed class DatabaseSnapshot : IDisposable
{
    private readonly Spill<OrderRow> _orders = new(OrderRow.Write, OrderRow.Read);
    private readonly Spill<OutboxTableRow> _outbox = new(OutboxTableRow.Write, OutboxTableRow.Read);

    /// <summary>Orders.</summary>
    public IEnumerable<OrderRow> Orders => _orders.ReadAll();

    /// <summary>Events to come.</summary>
    public IEnumerable<OutboxTableRow> Outbox => _outbox.ReadAll();

    /// <summary>The order manager's next offset of each partition of the decisions.</summary>
    public required Dictionary<int, long> NextOffsets { get; init; }

    /// <summary>Decisions that the order manager could not read.</summary>
    public required IReadOnlyList<DeadLetterRow> DeadLetters { get; init; }

    /// <summary>Adds a row.</summary>
    public void Add(OrderRow row) => _orders.Add(Buckets.Of(row.Id), row);

    /// <summary>Adds a row.</summary>
    public void Add(OutboxTableRow row) => _outbox.Add(Buckets.Of(row.AggregateId), row);

    public void Dispose()
    {
        _orders.Dispose();
        _outbox.Dispose();
    }
}
