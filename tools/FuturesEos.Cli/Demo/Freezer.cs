using System.Runtime.InteropServices;

namespace FuturesEos.Cli.Demo;

/// <summary>
/// Holds a process still while it is looked at, so that what was seen is so when it is killed. On Windows there is no
/// such signal:
/// the look is then only nearly of the moment of the kill.
/// </summary>
internal static partial class Freezer
{
    // the numbers differ: signal(7) of Linux, sys/signal.h of macOS
    private static readonly int Stop = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int Continue = OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>SIGSTOP.</summary>
    public static void Freeze(int pid) => Send(pid, Stop);

    /// <summary>SIGCONT; nothing when the process is gone.</summary>
    public static void Thaw(int pid) => Send(pid, Continue);

    private static void Send(int pid, int signal)
    {
        if (!OperatingSystem.IsWindows()) _ = SendSignal(pid, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
