namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Background work that is not done until it is released, so that a crash can come before it.</summary>
internal sealed class HeldWork : TaskScheduler
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Task> _held = new();
    private bool _isReleased;

    /// <summary>Does what is held, and from now on everything at once.</summary>
    public void Release()
    {
        lock (_gate) _isReleased = true;
        while (_held.First is { } oldest) Do(oldest);
    }

    /// <summary>Does what was held last, ahead of the rest.</summary>
    public void DoNewest() => Do(_held.Last!);

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            if (!_isReleased)
            {
                _held.AddLast(task);
                return;
            }
        }

        TryExecuteTask(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _held;

    private void Do(LinkedListNode<Task> held)
    {
        _held.Remove(held);
        TryExecuteTask(held.Value);
    }
}
