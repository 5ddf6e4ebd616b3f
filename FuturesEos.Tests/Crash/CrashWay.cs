namespace FuturesEos.Tests.Crash;

/// <summary>How a processor ends at a crash point.</summary>
public enum CrashWay
{
    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    Kill,

    /// <summary>An exception in the stream thread: everything is disposed of on the way out.</summary>
    Throw,

    /// <summary>SIGSTOP: it comes back, when others have taken over.</summary>
    Stop,
}
