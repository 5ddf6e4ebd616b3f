namespace FuturesEos.Contracts.Decisions;

/// <summary>Tumbling windows of five minutes, by the signals' own time. All times are epoch milliseconds.</summary>
public static class WindowTime
{
    /// <summary>Length of a window.</summary>
    public const long LengthMs = 300_000;

    /// <summary>How long after its end a window takes signals, unless configured otherwise.</summary>
    public const long DefaultGraceMs = 30_000;

    /// <summary>Start of the window of a time.</summary>
    public static long StartOf(long ts) => ts - (ts % LengthMs);

    /// <summary>Whether a window takes no more signals: end + grace ≤ stream time. Its state may go.</summary>
    public static bool IsClosed(long start, long graceMs, long streamTime) => start + LengthMs + graceMs <= streamTime;
}
