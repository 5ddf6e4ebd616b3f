namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>A timer that fires in the lane of whoever made it.</summary>
internal sealed class SimulatedTimer(SimulatedTime time, Lane lane, Action onTimer) : ITimer
{
    private int _setting;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Arm(++_setting, dueTime, period);
        return true;
    }

    public void Dispose() => _setting++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Arm(int setting, TimeSpan wait, TimeSpan period)
    {
        if (wait == Timeout.InfiniteTimeSpan) return;
        time.After(wait, lane, () =>
        {
            if (setting != _setting) return;
            if (period > TimeSpan.Zero) Arm(setting, period, period);
            onTimer();
        });
    }
}
