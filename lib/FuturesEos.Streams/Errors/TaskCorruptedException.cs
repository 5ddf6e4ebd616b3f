using FuturesEos.Streams.State;

namespace FuturesEos.Streams.Errors;

/// <summary>Wipe and restore: a task's store cannot be what the changelog made it.</summary>
internal sealed class TaskCorruptedException(string message, ICommittedStore store, Exception? cause = null)
    : Exception(message, cause)
{
    public ICommittedStore Store { get; } = store;
}
