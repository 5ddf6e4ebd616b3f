namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// The broker's file work beside its requests: each piece is done at a moment that the seed draws, or dies with the
/// broker.
/// </summary>
internal sealed class BackgroundWork(SimulatedTime time, Lane lane, Func<TimeSpan> wait) : TaskScheduler
{
    private readonly LinkedList<Task> _waiting = new();

    public void RunAll()
    {
        while (!lane.IsDead && _waiting.First is { } first) Run(first.Value);
    }

    protected override void QueueTask(Task task)
    {
        _waiting.AddLast(task);
        time.After(wait(), lane, () => Run(task));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _waiting;

    private void Run(Task task)
    {
        if (_waiting.Remove(task)) TryExecuteTask(task);
    }
}
