using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace FuturesEos.Streams;

/// <summary>
/// The hook of <see cref="CrashPoint"/>. Unarmed it is the comparison of a static field. Armed by
/// <c>FUTURES_EOS_CRASH_POINT=AfterCommit:3</c> the process kills itself (SIGKILL: nothing is flushed, nobody is told) when it comes
/// to that point for the third time.
/// </summary>
internal static class CrashPoints
{
    public const string Variable = "FUTURES_EOS_CRASH_POINT";

    private static readonly int Armed;
    private static int Left;

    static CrashPoints()
    {
        Armed = -1;
        var text = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(text))
            return;
        var parts = text.Split(':');
        Armed = (int)Enum.Parse<CrashPoint>(parts[0]);
        Left = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reach(CrashPoint point)
    {
        if (Armed == (int)point)
            Die(TimeSpan.Zero);
    }

    /// <summary>Kills a moment later from another thread, while this one is inside the call that follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReachDuringNextCall(CrashPoint point)
    {
        if (Armed == (int)point)
            Die(TimeSpan.FromMilliseconds(2));
    }

    private static void Die(TimeSpan after)
    {
        if (Interlocked.Decrement(ref Left) != 0)
            return;
        if (after == TimeSpan.Zero)
            Kill();
        new Thread(() =>
        {
            Thread.Sleep(after);
            Kill();
        })
        { IsBackground = true, Priority = ThreadPriority.Highest }.Start();
    }

    private static void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
