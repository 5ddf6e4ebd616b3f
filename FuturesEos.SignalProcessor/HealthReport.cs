using FuturesEos.ServiceDefaults.Health;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>Tells the probe how the engine is: alive while every thread turns, ready while every task runs.</summary>
internal sealed class HealthReport : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly ITimer _timer;

    public HealthReport(StreamsHost engine, ServiceHealth health, TimeProvider time) => _timer = time.CreateTimer(
        _ =>
        {
            if (!engine.HasTurned())
                return;
            if (engine.IsReady)
                health.Ready();
            else
                health.NotReady("waiting for its partitions, or restoring");
        },
        null, Every, Every);

    public void Dispose() => _timer.Dispose();
}
