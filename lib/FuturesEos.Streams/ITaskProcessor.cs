namespace FuturesEos.Streams;

/// <summary>
/// What an application writes: one record in, state and outputs through the context. It must be a function of records
/// and state: no clock, no chance, no order of a hash table in what it emits, or a replay differs.
/// </summary>
/// <remarks>
/// One instance belongs to one task and is called by one thread only. It may keep objects decoded from state beside the
/// store, when it writes the changed ones back in <see cref="BeforeCommit"/> and forgets all of them in
/// <see cref="Forget"/>. An exception thrown here stops the engine with the record's topic, partition and offset: a bad
/// record is the application's to refuse.
/// </remarks>
public interface ITaskProcessor
{
    /// <summary>Takes one record.</summary>
    void Process(in InputRecord record, TaskContext context);

    /// <summary>
    /// The transaction is about to be committed: whatever is held beside the store is written to it now.
    /// </summary>
    void BeforeCommit(TaskContext context);

    /// <summary>The transaction is committed: what it did may be counted.</summary>
    void AfterCommit();

    /// <summary>
    /// The store has changed underneath (an aborted transaction, a restore): everything decoded from it is stale.
    /// </summary>
    void Forget();
}
