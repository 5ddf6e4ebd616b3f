namespace FuturesEos.ServiceDefaults.Health;

/// <summary>
/// What a service says of itself. The loop that does the work beats; whoever answers a probe only reads, in no time,
/// and asks nobody.
/// </summary>
public sealed class ServiceHealth(TimeProvider time)
{
    /// <summary>A loop that has not turned for this long is not alive.</summary>
    public static readonly TimeSpan HeartbeatLimit = TimeSpan.FromSeconds(60);

    private long _lastBeat = time.GetTimestamp();
    private volatile string _state = "starting";
    private volatile bool _isReady;
    private volatile bool _isDegraded;

    /// <summary>
    /// What the service does now, in words: <c>running</c>, <c>restoring 40 %</c>, <c>waiting for Kafka</c>.
    /// </summary>
    public string State => _state;

    /// <summary>Whether it does its work: connected, assigned, restored.</summary>
    public bool IsReady => _isReady;

    /// <summary>Whether it is between two states of doing its work: not to be taken out of service for that.</summary>
    public bool IsDegraded => _isDegraded;

    /// <summary>Whether its loop turns.</summary>
    public bool IsAlive => time.GetElapsedTime(Interlocked.Read(ref _lastBeat)) < HeartbeatLimit;

    /// <summary>Called by the loop that does the work, at every turn.</summary>
    public void Beat() => Interlocked.Exchange(ref _lastBeat, time.GetTimestamp());

    /// <summary>It does its work.</summary>
    public void Ready(string state = "running")
    {
        _state = state;
        _isDegraded = false;
        _isReady = true;
        Beat();
    }

    /// <summary>It did its work and will go on in a moment: a rebalance.</summary>
    public void Degraded(string state)
    {
        _state = state;
        _isDegraded = true;
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
