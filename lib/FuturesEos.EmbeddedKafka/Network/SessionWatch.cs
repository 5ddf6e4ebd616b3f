namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>
/// Finds connections without progress. The session only counts its steps; the sweep compares the count with what it saw
/// last, so that a request costs no timer and no clock.
/// </summary>
internal sealed class SessionWatch(TimeSpan transferTimeout, TimeSpan idleTimeout)
{
    private const int Phases = 3;

    private int _step;
    private int _leftAtStep = -1;
    private (int Step, bool IsInsideFrame) _seen = (-1, false);
    private TimeSpan _seenAt;
    private TimeSpan? _firstSeenAt;

    // the phase is the step's remainder, so that one field tells both without tearing
    private int Step => Volatile.Read(ref _step);

    public void Enter(SessionPhase phase)
    {
        var next = _step + 1;
        while (next % Phases != (int)phase)
            next++;
        Volatile.Write(ref _step, next < 0 ? (int)phase : next);
    }

    /// <summary>
    /// Whether the client was gone at two looks in a row at one request: who has only closed his side still gets what
    /// is answered at once.
    /// </summary>
    /// <param name="isWaiting">The session waits for memory.</param>
    /// <param name="hasLeft">Whether the client has closed the connection; asked only while a request waits.</param>
    public bool IsAbandoned(bool isWaiting, Func<bool> hasLeft)
    {
        var step = Step;
        var wasLeft = _leftAtStep == step;
        _leftAtStep = (isWaiting || (SessionPhase)(step % Phases) == SessionPhase.Handling) && hasLeft() ? step : -1;
        return wasLeft && _leftAtStep == step;
    }

    /// <summary>Forgets the time so far, which was not the peer's.</summary>
    public void StartAnew()
    {
        _seen = (-1, false);
        _firstSeenAt = null;
    }

    /// <summary>Why the connection is to be ended; null when it is not.</summary>
    public string? Overdue(TimeSpan now, bool isAdmitted, bool isInsideFrame)
    {
        _firstSeenAt ??= now;
        if (!isAdmitted && now - _firstSeenAt > transferTimeout)
            return $"it has not proved who it is for {transferTimeout.TotalSeconds:0} s";
        var current = (Step, isInsideFrame);
        if (current != _seen)
        {
            _seen = current;
            _seenAt = now;
            return null;
        }

        var waited = now - _seenAt;
        return (SessionPhase)(current.Step % Phases) switch
        {
            SessionPhase.Handling => null,
            SessionPhase.Sending when waited > transferTimeout =>
                $"it has not taken its answer for {waited.TotalSeconds:0} s",
            SessionPhase.Receiving when isInsideFrame && waited > transferTimeout =>
                $"it has not finished its request for {waited.TotalSeconds:0} s",
            SessionPhase.Receiving when !isInsideFrame && waited > idleTimeout =>
                $"it was idle for {waited.TotalSeconds:0} s",
            _ => null,
        };
    }
}
