namespace FuturesEos.ServiceDefaults.Health;

/// <summary>
/// What a service says of itself. The loop that does the work beats; whoever answers a probe only reads, in no time, and asks nobody.
/// </summary>
public sealed class ServiceHealth(TimeProvider time)
{
    /// <summary>A loop that has not turned for this long is not alive.</summary>
    public static readonly TimeSpan HeartbeatLimit = TimeSpan.FromSeconds(60);

    private long _lastBeat = time.GetTimestamp();
    private volatile string _state = "starting";
    private volatile bool _isReady;

    /// <summary>What the service does now, in words: <c>running</c>, <c>restoring 40 %</c>, <c>waiting for Kafka</c>.</summary>
    public string State => _state;

    /// <summary>Whether it does its work: connected, assigned, restored.</summary>
    public bool IsReady => _isReady;

    /// <summary>Whether its loop turns.</summary>
    public bool IsAlive => time.GetElapsedTime(Interlocked.Read(ref _lastBeat)) < HeartbeatLimit;

    /// <summary>Called by the loop that does the work, at every turn.</summary>
    public void Beat() => Interlocked.Exchange(ref _lastBeat, time.GetTimestamp());

    /// <summary>It does its work.</summary>
    public void Ready(string state = "running")
    {
        _state = state;
        _isReady = true;
        Beat();
    }

    /// <summary>It does not do its work now, for this reason.</summary>
    public void NotReady(string state)
    {
        _state = state;
        _isReady = false;
        Beat();
    }
}
