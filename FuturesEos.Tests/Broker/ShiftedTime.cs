namespace FuturesEos.Tests.Broker;

/// <summary>The system's clock, and timers, with the hour set forward when told to.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref _ticks));

    public void Shift(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
