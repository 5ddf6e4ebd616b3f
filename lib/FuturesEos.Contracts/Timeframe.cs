namespace FuturesEos.Contracts;

/// <summary>
/// Length of the candle a signal was made from; each has a topic of its own. The value is the order in which ties are
/// broken.
/// </summary>
public enum Timeframe
{
    /// <summary><c>1m</c>.</summary>
    OneMinute = 0,

    /// <summary><c>5m</c>.</summary>
    FiveMinutes = 1,

    /// <summary><c>15m</c>.</summary>
    FifteenMinutes = 2,
}
