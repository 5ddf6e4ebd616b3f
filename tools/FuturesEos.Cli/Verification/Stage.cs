namespace FuturesEos.Cli.Verification;

/// <summary>Where a difference was found, in the order of the data flow.</summary>
internal enum Stage
{
    /// <summary>The topics of signals.</summary>
    Signals,

    /// <summary>The topic of decisions.</summary>
    Decisions,

    /// <summary>The topic of refused and late signals.</summary>
    DeadLetters,

    /// <summary>The table of orders.</summary>
    Orders,

    /// <summary>The table of decisions that could not be read.</summary>
    OrderDeadLetters,

    /// <summary>The order manager's offsets in the database.</summary>
    Offsets,

    /// <summary>The table of events to come.</summary>
    Outbox,

    /// <summary>The topic of order events.</summary>
    Events,
}
