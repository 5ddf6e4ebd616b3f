namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// One timer a group, set to its next deadline. A deadline that moved later costs one needless wake-up.
/// </summary>
internal sealed class GroupTimer : IDisposable
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    // also for what is due: members whose rebalance may take no time at all would keep a core busy
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private readonly ITimer _timer;

    public GroupTimer(TimeProvider time, Action onTimer) =>
        _timer = time.CreateTimer(_ => onTimer(), null, Never, Never);

    public void Arm(TimeSpan now, TimeSpan deadline)
    {
        if (deadline == TimeSpan.MaxValue)
        {
            _timer.Change(Never, Never);
            return;
        }

        var wait = deadline - now;
        _timer.Change(wait > TimeSpan.Zero ? wait + Soon : Soon, Never);
    }

    public void Dispose() => _timer.Dispose();
}
