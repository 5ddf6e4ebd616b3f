using System.Runtime.InteropServices;

namespace FuturesEos.EmbeddedKafka;

/// <summary>What the operating system lets a process have (getrlimit).</summary>
internal static partial class ResourceLimits
{
    // sys/resource.h
    private const int LinuxFiles = 7;
    private const int MacFiles = 8;
    private const int LinuxProcesses = 6;

    /// <summary>Open files; null where there is no such limit.</summary>
    public static int? Files => OperatingSystem.IsLinux() ? Get(LinuxFiles)
        : OperatingSystem.IsMacOS() ? Get(MacFiles)
        : null;

    /// <summary>
    /// Threads of all of the user's processes together; null where there is no such limit, as for root.
    /// </summary>
    public static int? Threads =>
        OperatingSystem.IsLinux() && !Environment.IsPrivilegedProcess ? Get(LinuxProcesses) : null;

    private static int? Get(int resource) =>
        GetLimit(resource, out var limit) == 0 ? (int)Math.Min(limit.Current, int.MaxValue) : null;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    // rlim_t has 64 bits on the 64-bit systems that .NET runs on
    private readonly struct Limit
    {
        public readonly ulong Current;
        public readonly ulong Maximum;
    }
}
