namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Background work that is not done until it is released, so that a crash can come before it.</summary>
internal sealed class HeldWork : TaskScheduler
{
    private readonly Lock _gate = new();
    private readonly Queue<Task> _held = new();
    private bool _isReleased;

    /// <summary>Does what is held, and from now on everything at once.</summary>
    public void Release()
    {
        lock (_gate) _isReleased = true;
        while (_held.TryDequeue(out var task)) TryExecuteTask(task);
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            if (!_isReleased)
            {
                _held.Enqueue(task);
                return;
            }
        }

        TryExecuteTask(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _held;
}
