namespace FuturesEos.Contracts;

/// <summary>The timeframes' texts and lengths.</summary>
public static class Timeframes
{
    /// <summary>All of them, in the order in which ties are broken.</summary>
    public static ReadOnlySpan<Timeframe> All => [Timeframe.OneMinute, Timeframe.FiveMinutes, Timeframe.FifteenMinutes];

    /// <summary>How many there are.</summary>
    public const int Count = 3;

    /// <summary>As signals and topics write it: <c>1m</c>, <c>5m</c>, <c>15m</c>.</summary>
    public static string Text(this Timeframe timeframe) => timeframe switch
    {
        Timeframe.OneMinute => "1m",
        Timeframe.FiveMinutes => "5m",
        Timeframe.FifteenMinutes => "15m",
        _ => throw new ArgumentOutOfRangeException(nameof(timeframe), timeframe, null),
    };

    /// <summary>The same as UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8(this Timeframe timeframe) => timeframe switch
    {
        Timeframe.OneMinute => "1m"u8,
        Timeframe.FiveMinutes => "5m"u8,
        Timeframe.FifteenMinutes => "15m"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(timeframe), timeframe, null),
    };

    /// <summary>Length of a candle, in milliseconds.</summary>
    public static long LengthMs(this Timeframe timeframe) => timeframe switch
    {
        Timeframe.OneMinute => 60_000,
        Timeframe.FiveMinutes => 300_000,
        Timeframe.FifteenMinutes => 900_000,
        _ => throw new ArgumentOutOfRangeException(nameof(timeframe), timeframe, null),
    };

    /// <summary>Reads <c>1m</c>, <c>5m</c> or <c>15m</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Timeframe timeframe)
    {
        foreach (var candidate in All)
        {
            timeframe = candidate;
            if (text.SequenceEqual(candidate.Utf8())) return true;
        }

        timeframe = default;
        return false;
    }
}
