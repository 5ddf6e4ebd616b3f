using System.Globalization;

namespace FuturesEos.EmbeddedKafka;

/// <summary>
/// How many threads the operating system lets this process have (<c>ulimit -u</c>, a container's <c>pids.max</c>). The
/// runtime aborts the process when it cannot start one, and its pool starts more while threads wait for a slow disk: so
/// the pool is told to stay below. Its own limit of 32767 is never raised.
/// </summary>
internal static class ThreadLimit
{
    /// <summary>Threads of the runtime itself that start later: timers, compilation, sockets, collection.</summary>
    private const int KeptForRuntime = 8;

    /// <summary>With fewer the broker would stand still while a disk is slow.</summary>
    private const int Least = 4;

    /// <summary>Has the pool stay below the limit.</summary>
    /// <exception cref="IOException">The limit leaves too few threads; the text says what to do.</exception>
    public static void Keep()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var used = Directory.EnumerateFileSystemEntries("/proc/self/task").Count();
        // all of a user's processes count, which are taken to be this one
        var limit = Math.Min(ResourceLimits.Threads ?? int.MaxValue, OfGroup(used));
        var most = MostInPool(limit, used, ThreadPool.ThreadCount);
        ThreadPool.GetMaxThreads(out var workers, out var ports);
        if (most < workers)
            ThreadPool.SetMaxThreads(most, ports);
    }

    /// <summary>Threads that the pool may have.</summary>
    /// <param name="limit">What the process may have.</param>
    /// <param name="used">What it has.</param>
    /// <param name="inPool">What of that is in the pool.</param>
    /// <exception cref="IOException">They are too few.</exception>
    internal static int MostInPool(long limit, int used, int inPool)
    {
        var most = inPool + limit - used - KeptForRuntime;
        if (most < Least)
        {
            throw new IOException(
                $"This process may have {limit} threads and has {used}; the broker needs "
                    + $"{Least - most} more. Raise the limit (ulimit -u, or the container's pids.max).");
        }

        return (int)Math.Min(most, int.MaxValue);
    }

    // of a container all processes count: what others have of it is not ours
    private static long OfGroup(int used)
    {
        try
        {
            return long.TryParse(
                    File.ReadAllText("/sys/fs/cgroup/pids.max"), CultureInfo.InvariantCulture, out var most)
                && long.TryParse(
                    File.ReadAllText("/sys/fs/cgroup/pids.current"), CultureInfo.InvariantCulture, out var all)
                ? most - all + used
                : int.MaxValue;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return int.MaxValue;
        }
    }
}
