namespace FuturesEos.Streams.Transactions;

/// <summary>
/// When to say that something is being waited for: after one second, then each ten seconds.
/// <c>default</c> = not waiting.
/// </summary>
internal struct WaitNotice
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(10);
    private long _since;
    private TimeSpan _next;

    public bool IsDue(TimeProvider time)
    {
        if (_since == 0)
        {
            _since = time.GetTimestamp();
            _next = First;
        }

        if (Elapsed(time) < _next)
            return false;
        _next = Elapsed(time) + Each;
        return true;
    }

    public readonly TimeSpan Elapsed(TimeProvider time) => _since == 0 ? TimeSpan.Zero : time.GetElapsedTime(_since);
}
