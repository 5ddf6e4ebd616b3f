namespace FuturesEos.Streams;

/// <summary>
/// Where the crash suite kills the process. It walks all members by reflection,
/// so a point added here is covered the same day.
/// </summary>
public enum CrashPoint
{
    /// <summary>Records were fetched, nothing was done with them.</summary>
    AfterPoll,

    /// <summary>The first record of a transaction was processed: state is staged, its output is on the way.</summary>
    AfterFirstRecord,

    /// <summary>All records of the transaction were processed, nothing of the commit was begun.</summary>
    BeforeCommit,

    /// <summary>The changelog records were handed to the client.</summary>
    AfterChangelogWritten,

    /// <summary>Every record of the transaction is delivered, its input offsets are not in it.</summary>
    AfterFlush,

    /// <summary>The input offsets are in the transaction, its end was not asked for.</summary>
    AfterOffsetsSent,

    /// <summary>The commit was asked for and is on the wire; its outcome is anybody's guess.</summary>
    CommitInFlight,

    /// <summary>The commit is answered, the store knows nothing of it.</summary>
    AfterCommit,

    /// <summary>The store's write batch is being written.</summary>
    StoreWriteInFlight,

    /// <summary>The store has the transaction.</summary>
    AfterStoreWritten,

    /// <summary>The transaction was aborted, nothing is rewound yet.</summary>
    AfterAbort,

    /// <summary>Partitions are being taken away: before the commit that goes with it.</summary>
    InRevoke,

    /// <summary>The partitions were taken away long ago, and this member has just heard of it.</summary>
    InLost,

    /// <summary>A part of the changelog was put into the store.</summary>
    InRestore,

    /// <summary>The store has all of the changelog, the task did not begin to run.</summary>
    AfterRestore,

    /// <summary>The producer fenced its predecessor and did nothing else.</summary>
    AfterProducerInitialized,
}
