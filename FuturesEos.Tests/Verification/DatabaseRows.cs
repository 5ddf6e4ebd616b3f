using FuturesEos.Cli.Verification;

namespace FuturesEos.Tests.Verification;

/// <summary>The rows of the schema <c>app</c> that a test plants.</summary>
internal sealed class DatabaseRows
{
    /// <summary>Orders.</summary>
    public List<OrderRow> Orders { get; init; } = [];

    /// <summary>Events to come.</summary>
    public List<OutboxTableRow> Outbox { get; init; } = [];

    /// <summary>The order manager's next offset of each partition of the decisions.</summary>
    public Dictionary<int, long> NextOffsets { get; init; } = [];

    /// <summary>Decisions that the order manager could not read.</summary>
    public List<DeadLetterRow> DeadLetters { get; init; } = [];
}
