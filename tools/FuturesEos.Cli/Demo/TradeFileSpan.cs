using System.Globalization;

namespace FuturesEos.Cli.Demo;

/// <summary>How much time a file of trades covers: its pace is chosen by that.</summary>
internal static class TradeFileSpan
{
    private const int TimeColumn = 4; // id,price,qty,quote_qty,time,is_buyer_maker
    private const long MicrosecondsFrom = 100_000_000_000_000; // as milliseconds that would be in the year 5138

    /// <summary>From the first to the last row; zero where no row can be read, which the generator will say better.</summary>
    public static TimeSpan Of(string file)
    {
        var (first, last) = (long.MaxValue, long.MinValue);
        foreach (var line in File.ReadLines(file))
        {
            if (TimeOf(line) is not { } time) continue;
            (first, last) = (Math.Min(first, time), Math.Max(last, time));
        }

        return last > first ? TimeSpan.FromMilliseconds(last - first) : TimeSpan.Zero;
    }

    private static long? TimeOf(string line)
    {
        var fields = line.Split(',');
        if (fields.Length <= TimeColumn || !long.TryParse(fields[TimeColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var time))
            return null;
        return time >= MicrosecondsFrom ? time / 1000 : time;
    }
}
