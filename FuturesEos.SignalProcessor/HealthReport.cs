using FuturesEos.ServiceDefaults.Health;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>Tells the probe how the engine is: alive while every thread turns, ready while every task runs.</summary>
internal sealed class HealthReport : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A rebalance with a short restore ends within this; what takes longer is a restore that others should know of.
    /// </summary>
    private static readonly TimeSpan RebalanceMax = TimeSpan.FromSeconds(30);

    /// <summary>A broker that moves is back within this.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(5);

    private readonly StreamsHost _engine;
    private readonly ServiceHealth _health;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long? _lastReady;
    private long? _waitsSince;

    public HealthReport(StreamsHost engine, ServiceHealth health, TimeProvider time)
    {
        (_engine, _health, _time) = (engine, health, time);
        _timer = time.CreateTimer(_ => Report(), null, Every, Every);
    }

    public void Dispose() => _timer.Dispose();

    private void Report()
    {
        if (!_engine.HasTurned())
            return;
        var waitsFor = _engine.WaitsFor;
        _waitsSince = waitsFor is null ? null : _waitsSince ?? _time.GetTimestamp();
        if (_waitsSince is { } since && _time.GetElapsedTime(since) is var waited && waited > WaitMax)
        {
            _health.NotReady($"waiting for {waitsFor} since {waited.TotalSeconds:0} s");
        }
        else if (_engine.IsReady)
        {
            _lastReady = _time.GetTimestamp();
            _health.Ready();
        }
        else if (_lastReady is { } last && _time.GetElapsedTime(last) < RebalanceMax)
        {
            _health.Degraded("rebalancing");
        }
        else
        {
            _health.NotReady("waiting for its partitions, or restoring");
        }
    }
}
