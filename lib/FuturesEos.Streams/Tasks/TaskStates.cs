namespace FuturesEos.Streams.Tasks;

/// <summary>
/// The arrows of the picture above <see cref="TaskState"/>: any other step is a bug of the engine and throws at once.
/// </summary>
internal static class TaskStates
{
    public static bool MayBecome(this TaskState from, TaskState to) => (from, to) switch
    {
        (TaskState.Created, TaskState.Restoring or TaskState.Closed) => true,
        (TaskState.Restoring, TaskState.Running or TaskState.Suspended) => true,
        (TaskState.Running, TaskState.Restoring or TaskState.Suspended) => true,
        (TaskState.Suspended, TaskState.Restoring or TaskState.Closed) => true,
        _ => false,
    };
}
