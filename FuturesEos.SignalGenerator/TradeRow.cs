using System.Globalization;
using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.SignalGenerator;

/// <summary>A row of Binance's public trade dumps → a trade.</summary>
/// <remarks>
/// <code>
/// id,price,qty,quote_qty,time,is_buyer_maker
/// 13519807,0.00141342,23,0.03250866,1570752011620,true
/// 4470000000,65012.5,0.25,16253.125,1735689600000123,False,True
/// </code>
/// Spot dumps have no header, a seventh column (is_best_match) and, from 2025 on, times in microseconds.
/// </remarks>
internal static class TradeRow
{
    private const int ColumnsMin = 6;
    private const int ColumnsMax = 7;
    private const int TimeColumn = 4;
    private const int MillisecondDigits = 13;
    private const int MicrosecondDigits = 16;
    private const int MicrosecondsFactor = 1000;

    /// <summary>2009-01-01T00:00:00Z: nothing was traded anywhere before it.</summary>
    private const long FirstMs = 1_230_768_000_000;

    /// <summary>Whether a first line names the columns.</summary>
    /// <param name="line">The line.</param>
    /// <param name="error">Why it is a header of another kind of file; else null.</param>
    public static bool IsHeader(ReadOnlySpan<byte> line, out string? error)
    {
        error = null;
        Span<Range> columns = stackalloc Range[ColumnsMax + 1];
        if (line.IsEmpty || !char.IsAsciiLetter((char)line[0])) return false;
        var count = Split(line, columns);
        if (count is < ColumnsMin or > ColumnsMax || !line[columns[TimeColumn]].Trim((byte)' ').SequenceEqual("time"u8))
            error = "it is no header of trades (id,price,qty,quote_qty,time,is_buyer_maker)";
        return true;
    }

    /// <summary>Reads a row.</summary>
    /// <param name="line">The row.</param>
    /// <param name="nowMs">The time now, epoch milliseconds: no trade is later.</param>
    /// <param name="trade">The trade, when null is returned.</param>
    /// <returns>Null, or what is wrong with it.</returns>
    public static string? Read(ReadOnlySpan<byte> line, long nowMs, out Trade trade)
    {
        trade = default;
        Span<Range> columns = stackalloc Range[ColumnsMax + 1];
        var count = Split(line, columns);
        if (count is < ColumnsMin or > ColumnsMax) return $"it has {count} columns of 6 or 7";
        if (!TryAmount(line[columns[1]], out var price)) return $"its price is '{Show(line[columns[1]])}'";
        if (!TryAmount(line[columns[2]], out var qty)) return $"its quantity is '{Show(line[columns[2]])}'";
        if (ReadTime(line[columns[TimeColumn]], nowMs, out var timeMs) is { } wrong)
            return $"its time is '{Show(line[columns[TimeColumn]])}', {wrong}";
        if (!TryBool(line[columns[5]], out var isBuyerMaker))
            return $"its is_buyer_maker is '{Show(line[columns[5]])}'";
        if (count == ColumnsMax && !TryBool(line[columns[6]], out _))
            return $"its last column is '{Show(line[columns[6]])}'";
        trade = new Trade(price, qty, timeMs, isBuyerMaker);
        return null;
    }

    private static bool TryAmount(ReadOnlySpan<byte> text, out decimal amount) =>
        Decimals.TryParse(text, Decimals.IntegerDigitsMax, Decimals.FractionDigitsMax, out amount) && amount > 0;

    /// <summary>What is wrong with a time, or null.</summary>
    private static string? ReadTime(ReadOnlySpan<byte> text, long nowMs, out long ms)
    {
        ms = 0;
        if (text.Length is not (MillisecondDigits or MicrosecondDigits)
            || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return "which is no whole number of 13 digits (milliseconds) or 16 (microseconds)";
        ms = long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        if (text.Length == MicrosecondDigits) ms /= MicrosecondsFactor;
        return ms < FirstMs ? "which is before 2009"
            : ms > nowMs ? "which is in the future" : null;
    }

    private static bool TryBool(ReadOnlySpan<byte> text, out bool value)
    {
        value = Ascii.EqualsIgnoreCase(text, "true"u8);
        return value || Ascii.EqualsIgnoreCase(text, "false"u8);
    }

    /// <summary>Columns between commas; more than there is room for count as one too many.</summary>
    private static int Split(ReadOnlySpan<byte> line, Span<Range> columns)
    {
        var count = 0;
        foreach (var column in line.Split((byte)','))
        {
            if (count == columns.Length) break;
            columns[count++] = column;
        }

        return count;
    }

    private static string Show(ReadOnlySpan<byte> text) =>
        string.Concat(
            Encoding.Latin1.GetString(text[..Math.Min(40, text.Length)]).Select(c => char.IsControl(c) ? '?' : c));
}
