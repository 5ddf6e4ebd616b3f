using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace FuturesEos.Streams;

/// <summary>
/// The hook of <see cref="CrashPoint"/>. Unarmed it is the comparison of a static field. Armed by
/// <c>FUTURES_EOS_CRASH_POINT=AfterCommit:3</c> the process kills itself (SIGKILL: nothing is flushed, nobody is told)
/// when it comes to that point for the third time; by <c>AfterCommit:3:throw</c> the thread throws there instead, and
/// everything is disposed of; by <c>AfterCommit:3:stop</c> the process stops itself (SIGSTOP), and is a zombie when
/// somebody lets it go on.
/// </summary>
internal static class CrashPoints
{
    public const string Variable = "FUTURES_EOS_CRASH_POINT";

    private static readonly int Armed;
    private static readonly bool Throws;
    private static readonly bool Stops;
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
        Throws = parts.Length > 2 && parts[2] == "throw";
        Stops = parts.Length > 2 && parts[2] == "stop";
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reach(CrashPoint point)
    {
        if (Armed == (int)point)
            Die(point, null);
    }

    /// <summary>
    /// Kills a moment later from another thread, while this one is inside the call that follows. Nothing can throw
    /// inside a native call: armed to throw, it throws before it; given the call, it makes it first, and waits for an
    /// answer hardly at all.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReachDuringNextCall(CrashPoint point, TimeSpan after, Action<TimeSpan>? call = null)
    {
        if (Armed == (int)point)
            DieDuring(point, after, call);
    }

    private static void DieDuring(CrashPoint point, TimeSpan after, Action<TimeSpan>? call)
    {
        if (Throws && Left == 1 && call is not null)
        {
            try
            {
                call(TimeSpan.FromMilliseconds(1));
            }
            catch (Confluent.Kafka.KafkaException)
            {
                // no answer yet: that is the point
            }
        }

        Die(point, after);
    }

    private static void Die(CrashPoint point, TimeSpan? after)
    {
        if (Interlocked.Decrement(ref Left) != 0)
            return;
        if (Throws)
            throw new InvalidOperationException($"thrown at {point} as asked for by {Variable}");
        if (Stops)
            Stop();
        else if (after is { } later)
            KillLater(later);
        else
            Kill();
    }

    private static void KillLater(TimeSpan after)
    {
        new Thread(() =>
        {
            Thread.Sleep(after);
            Kill();
        })
        { IsBackground = true, Priority = ThreadPriority.Highest }.Start();
    }

    private static void Stop()
    {
        using var stop = Process.Start("kill", ["-STOP", $"{Environment.ProcessId}"]);
        stop.WaitForExit();
    }

    private static void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
