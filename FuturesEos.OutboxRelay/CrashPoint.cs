namespace FuturesEos.OutboxRelay;

/// <summary>Where a relay can die between two effects. The crash suite walks them all.</summary>
internal enum CrashPoint
{
    /// <summary>The slot is held, nothing was read.</summary>
    SlotTaken,

    /// <summary>The producer has fenced its predecessor.</summary>
    PredecessorFenced,

    /// <summary>The first row of a Kafka transaction was handed over.</summary>
    FirstRowSent,

    /// <summary>Rows and progress were handed over, nothing is committed.</summary>
    BeforeCommit,

    /// <summary>A part of a large PostgreSQL transaction is committed.</summary>
    PartCommitted,

    /// <summary>Kafka holds the rows, PostgreSQL does not know.</summary>
    Committed,

    /// <summary>PostgreSQL was told.</summary>
    Confirmed,

    /// <summary>A repair has sent a part of what was missing.</summary>
    PartRepaired,
}
