namespace FuturesEos.ServiceDefaults;

/// <summary>
/// What a process of this product ends with. One table, for the <c>eos</c> command and every service.
/// </summary>
public static class ExitCode
{
    /// <summary>Done, and true.</summary>
    public const int Ok = 0;

    /// <summary>A check failed: the command ran, and what it found is wrong.</summary>
    public const int CheckFailed = 1;

    /// <summary>Wrong usage: an unknown option, a value out of range.</summary>
    public const int Usage = 2;

    /// <summary>Something could not be reached: named in the message, with its address and what to do.</summary>
    public const int Unreachable = 3;

    /// <summary>Timed out: it was reached, and did not get there in time.</summary>
    public const int TimedOut = 4;

    /// <summary>Interrupted by the user (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Whoever read the standard output has gone (128 + SIGPIPE): said with no word, as the shell's own
    /// programs do.</summary>
    public const int OutputClosed = 141;
}
