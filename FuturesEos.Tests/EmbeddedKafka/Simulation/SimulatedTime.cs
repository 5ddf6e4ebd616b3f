using FuturesEos.Tests.EmbeddedKafka.Log;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// The clock and the one thread. Time stands still until nothing is left to do at this moment; then it jumps to the
/// next thing due. What is due at the same moment happens in the order in which it was asked for.
/// </summary>
internal sealed class SimulatedTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new ManualTime().GetUtcNow();

    private readonly PriorityQueue<(Lane Lane, Action Work), (TimeSpan At, long Order)> _due = new();
    private readonly Queue<(Lane Lane, Action Work)> _ready = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Lock _gate = new();
    private long _order;

    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, (Lane)SynchronizationContext.Current!, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Done when the clock has moved on so far.</summary>
    public Task PassAsync(int milliseconds)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(TimeSpan.FromMilliseconds(milliseconds), (Lane)SynchronizationContext.Current!, passed.SetResult);
        return passed.Task;
    }

    public void After(TimeSpan wait, Lane lane, Action work) => _due.Enqueue((lane, work), (Elapsed + wait, _order++));

    /// <summary>How something of another thread got in: with that, a seed does not tell what happens.</summary>
    public string? Stranger { get; private set; }

    public void Enqueue(Lane lane, Action work)
    {
        if (lane.IsDead) return; // perhaps the finalizer of a timer whose broker was killed
        if (Environment.CurrentManagedThreadId != _thread) Stranger ??= Environment.StackTrace;
        lock (_gate) _ready.Enqueue((lane, work));
    }

    /// <summary>
    /// Moves the clock to the next thing due, does it, and all that follows from it at the same moment.
    /// </summary>
    public void RunNext()
    {
        var next = default((Lane Lane, Action Work));
        var when = default((TimeSpan At, long Order));
        do
        {
            if (!_due.TryDequeue(out next, out when)) throw new InvalidOperationException("nothing is left to do");
        }
        while (next.Lane.IsDead);
        Elapsed = when.At;
        next.Lane.Run(next.Work);
        Drain();
    }

    /// <summary>Does what is left to do at this moment.</summary>
    public void Drain()
    {
        while (TryTake(out var next)) next.Lane.Run(next.Work);
    }

    private bool TryTake(out (Lane Lane, Action Work) next)
    {
        lock (_gate) return _ready.TryDequeue(out next);
    }
}
