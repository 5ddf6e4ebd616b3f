namespace FuturesEos.Cli.Verification.Following;

/// <summary>The database as of one moment, asked for what decisions give.</summary>
internal interface IFollowedDatabase
{
    /// <summary>The order manager's next offset of each partition of the decisions.</summary>
    IReadOnlyDictionary<int, long> NextOffsets { get; }

    /// <summary>Decisions that the order manager put aside.</summary>
    IReadOnlyList<DeadLetterRow> DeadLetters { get; }

    /// <summary>How many rows there are.</summary>
    (long Orders, long Outbox) Count();

    /// <summary>The orders with these ids.</summary>
    IEnumerable<OrderRow> Orders(IReadOnlyList<Guid> ids);

    /// <summary>The rows of the outbox that tell of these orders.</summary>
    IEnumerable<OutboxTableRow> Outbox(IReadOnlyList<Guid> orders);
}
