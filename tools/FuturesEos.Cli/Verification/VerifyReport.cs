using System.Text.Json.Serialization;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// What <c>eos verify --json</c> prints: names and places of these fields are a promise to tools outside.
/// </summary>
internal sealed record VerifyReport
{
    /// <summary>Whether there is no difference.</summary>
    public required bool ExactlyOnce { get; init; }

    /// <summary>Records sent = unique + duplicates + dead letters + in flight.</summary>
    public required SignalCounts Signals { get; init; }

    /// <summary>The topic of decisions.</summary>
    public required DecisionCounts Decisions { get; init; }

    /// <summary>The table of orders.</summary>
    public required OrderCounts Orders { get; init; }

    /// <summary>The table of events to come.</summary>
    public required OutboxCounts Outbox { get; init; }

    /// <summary>The topic of order events.</summary>
    public required DecisionCounts Events { get; init; }

    /// <summary>What came in while the check began, and was not yet through.</summary>
    public required InFlightCounts InFlight { get; init; }

    /// <summary>Records that transactions wrote and did not commit; nobody reads them. Null: not counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AbortedRecords { get; init; }

    /// <summary>How many differences there are, those beyond the first of each kind included.</summary>
    public required long DifferenceCount { get; init; }

    /// <summary>The first of each kind.</summary>
    public required IReadOnlyList<Difference> Differences { get; init; }

    internal sealed record SignalCounts(long Read, long Unique, long Duplicates, long DeadLetters);

    internal sealed record DecisionCounts(long Committed, long Duplicates, long Missing, long Unexpected);

    internal sealed record OrderCounts(long Rows, long Missing, long Unexpected);

    internal sealed record OutboxCounts(long Rows, long Missing, long Unexpected);

    internal sealed record InFlightCounts(long Signals, long Decisions, long Events);
}
