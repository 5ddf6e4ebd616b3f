namespace FuturesEos.OrderManager;

/// <summary>Where an order manager can die between two effects. The crash suite walks them all.</summary>
internal enum CrashPoint
{
    /// <summary>Partitions are assigned, their offsets read from the database.</summary>
    Assigned,

    /// <summary>A batch is read, nothing is written.</summary>
    BatchRead,

    /// <summary>Orders, outbox rows and offsets are written, nothing is committed.</summary>
    BeforeCommit,

    /// <summary>The database has committed, Kafka's group does not know.</summary>
    Committed,

    /// <summary>The group's offsets are noted.</summary>
    OffsetsNoted,
}
