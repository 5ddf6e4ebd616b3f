namespace FuturesEos.Streams.Transactions;

/// <summary>
/// The time a transaction has left before the coordinator aborts it: retries inside a commit end with it, for after it
/// there is nothing left to commit.
/// </summary>
internal readonly struct TransactionBudget(TimeProvider time, TimeSpan timeout)
{
    private readonly long _started = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public bool IsOver => Elapsed >= timeout;

    /// <summary>
    /// The time left, for one blocking call: at least a tenth of a second, or the client refuses to try at all.
    /// </summary>
    public TimeSpan Left
    {
        get
        {
            var left = timeout - Elapsed;
            return left > TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100);
        }
    }
}
