using System.Collections.Concurrent;
using System.Diagnostics;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.History;

/// <summary>What the clients of a history did and saw, on one clock.</summary>
internal sealed class HistoryLog
{
    private static readonly TimeSpan LongestDwell = TimeSpan.FromSeconds(3);

    private readonly ConcurrentQueue<Transaction> _transactions = new();
    private readonly ConcurrentQueue<Pass> _passes = new();
    private int _value;

    public static long Now => Stopwatch.GetTimestamp();

    public int Finished => _transactions.Count;

    public IReadOnlyList<Transaction> Transactions => [.. _transactions];

    public IReadOnlyList<Pass> Passes => [.. _passes];

    /// <summary>A value that nobody has sent.</summary>
    public int NextValue() => Interlocked.Increment(ref _value);

    public void Add(Transaction transaction) => _transactions.Enqueue(transaction);

    public void Add(Pass pass) => _passes.Enqueue(pass);

    /// <summary>
    /// Waits until readers have begun and ended so many passes, or a moment when they cannot: what is open meanwhile is
    /// before their eyes.
    /// </summary>
    public Task DwellAsync(int passes)
    {
        var until = _passes.Count + passes + 1;
        return Eventually.Happens(() => Task.FromResult(_passes.Count >= until), Deadline.In(LongestDwell));
    }
}
