using System.Globalization;
using System.Text;

namespace FuturesEos.Contracts;

/// <summary>Epoch milliseconds as ISO-8601 in UTC.</summary>
public static class Timestamps
{
    /// <summary>Times of the contract are below this: 2100-01-01T00:00:00Z.</summary>
    public const long EndMs = 4_102_444_800_000;

    /// <summary>Longest text, in bytes: <c>2026-11-20T10:03:12.345Z</c>.</summary>
    public const int TextBytesMax = 24;

    /// <summary>
    /// <c>2026-11-20T10:00:00Z</c>, or with three digits after the second when they are not zero (as Java's Instant
    /// prints it).
    /// </summary>
    /// <param name="ms">Epoch milliseconds.</param>
    /// <param name="destination">At least <see cref="TextBytesMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(long ms, Span<byte> destination)
    {
        var time = DateTime.UnixEpoch.AddTicks(ms * TimeSpan.TicksPerMillisecond);
        time.TryFormat(destination, out var length, "s", CultureInfo.InvariantCulture);
        if (time.Millisecond is var fraction and not 0)
        {
            destination[length++] = (byte)'.';
            fraction.TryFormat(destination[length..], out var digits, "000", CultureInfo.InvariantCulture);
            length += digits;
        }

        destination[length++] = (byte)'Z';
        return length;
    }

    /// <summary>The same as a string.</summary>
    public static string Format(long ms)
    {
        Span<byte> text = stackalloc byte[TextBytesMax];
        return Encoding.ASCII.GetString(text[..Write(ms, text)]);
    }

    /// <summary>
    /// A timestamptz as Debezium's EventRouter prints it (<c>io.debezium.time.ZonedTimestamp</c>): UTC, as many digits
    /// after the second as are not zero: <c>2026-11-20T10:03:12Z</c>, <c>…12.3Z</c>, <c>…12.345678Z</c>.
    /// </summary>
    /// <param name="micros">Epoch microseconds: PostgreSQL's resolution.</param>
    public static string FormatZoned(long micros)
    {
        var time = DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
        return time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Reads ISO-8601 with <c>Z</c> or an offset; a fraction finer than a millisecond, or a time of no zone, is
    /// refused.
    /// </summary>
    public static bool TryParse(string? text, out long ms)
    {
        ms = 0;
        if (text is null || !HasZone(text)) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        ms = time.ToUnixTimeMilliseconds();
        return time.UtcTicks % TimeSpan.TicksPerMillisecond == 0;
    }

    /// <summary>2026-11-20T10:03:12.345Z or …+01:00: a sign after the time's colon is an offset.</summary>
    private static bool HasZone(string text)
    {
        var time = text.IndexOf('T', StringComparison.Ordinal);
        return time > 0 && (text.EndsWith('Z') || text.AsSpan(time).ContainsAny('+', '-'));
    }
}
