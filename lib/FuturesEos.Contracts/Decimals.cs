using System.Globalization;

namespace FuturesEos.Contracts;

/// <summary>
/// Numbers of the contract: read exactly, written plainly, rounded as the contract says. Inside a window they are whole
/// numbers of 10⁻⁸ (<i>units</i>), so that no division is rounded before the contract rounds it.
/// </summary>
public static class Decimals
{
    /// <summary>Digits before the point that a signal's number may have.</summary>
    public const int IntegerDigitsMax = 15;

    /// <summary>Digits after the point that a signal's number may have.</summary>
    public const int FractionDigitsMax = 8;

    /// <summary>A signal's numbers are below this: 10 to the power of <see cref="IntegerDigitsMax"/>.</summary>
    internal const decimal AmountEnd = 1_000_000_000_000_000;

    /// <summary>Longest plain text of a decimal: 28 digits, zero, point, sign.</summary>
    public const int TextBytesMax = 32;

    private const int SignificantDigitsMax = 28;
    // no text is long enough to bring such an exponent back into the limits
    private const long ExponentCap = 1_000_000_000_000;
    private const ulong UnitsPerOne = 100_000_000;
    private const ulong ExactDoubleMax = 1UL << 53;

    /// <summary>
    /// Reads a number, exponent or not: <c>0.25</c>, <c>25e-2</c>, <c>12345e3</c>. The limits hold for the plain
    /// notation without trailing zeros, so <c>1e-8</c> and <c>0.250000000</c> are within 8 digits after the point and
    /// <c>1e-9</c> is not.
    /// </summary>
    /// <returns>Whether it is a number within the limits; then <paramref name="value"/> is exact and has no trailing
    /// zeros.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, int integerDigitsMax, int fractionDigitsMax, out decimal value)
    {
        value = 0;
        var isNegative = text is [(byte)'-', ..];
        if (isNegative) text = text[1..];
        if (!TryScan(text, out var mantissa, out var significant, out var exponent)) return false;
        if (mantissa == 0) return true;
        if (-exponent > fractionDigitsMax || significant + exponent > integerDigitsMax) return false;
        for (; exponent > 0; exponent--) mantissa *= 10;
        value = FromParts(mantissa, isNegative, (byte)-exponent);
        return true;
    }

    /// <summary>Writes plain notation without trailing zeros: <c>0.25</c>, <c>65012.5</c>, <c>3</c>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="destination">At least <see cref="TextBytesMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(decimal value, Span<byte> destination)
    {
        value.TryFormat(destination, out var length, default, CultureInfo.InvariantCulture);
        var text = destination[..length];
        if (!text.Contains((byte)'.')) return length;
        text = text.TrimEnd((byte)'0').TrimEnd((byte)'.');
        return text.Length;
    }

    /// <summary>The same as a string.</summary>
    public static string Format(decimal value)
    {
        Span<byte> text = stackalloc byte[TextBytesMax];
        return System.Text.Encoding.ASCII.GetString(text[..Write(value, text)]);
    }

    /// <summary>A number with at most 8 decimals as a count of 10⁻⁸.</summary>
    internal static UInt128 ToUnits(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var units = new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        var scale = (bits[3] >> 16) & 0x7f;
        for (; scale < FractionDigitsMax; scale++) units *= 10;
        for (; scale > FractionDigitsMax; scale--) units /= 10; // zeros: no signal has more than 8 decimals
        return units;
    }

    /// <summary>A count of 10⁻⁸ as a number.</summary>
    internal static decimal FromUnits(UInt128 units) => FromParts(units, isNegative: false, FractionDigitsMax);

    /// <summary>
    /// The nearest double, ties to even, as <c>BigDecimal.doubleValue</c> gives it (System.Decimal's own cast rounds
    /// twice).
    /// </summary>
    internal static double ToDouble(UInt128 units)
    {
        // both operands are exact doubles, so the quotient is the correctly rounded one
        if (units <= ExactDoubleMax) return (ulong)units / (double)UnitsPerOne;
        Span<byte> text = stackalloc byte[TextBytesMax];
        return double.Parse(text[..Write(FromUnits(units), text)], CultureInfo.InvariantCulture);
    }

    /// <summary>round8 of a mean: half to even.</summary>
    internal static UInt128 Mean(UInt128 sum, uint count)
    {
        // most sums fit into 64 bits, where a division costs a fraction
        if (sum <= ulong.MaxValue)
        {
            var (small, rest) = Math.DivRem((ulong)sum, count);
            return small + (RoundsUp(rest, count, ulong.IsOddInteger(small)) ? 1UL : 0);
        }

        var (quotient, remainder) = UInt128.DivRem(sum, count);
        return RoundsUp((ulong)remainder, count, UInt128.IsOddInteger(quotient)) ? quotient + 1 : quotient;
    }

    private static bool RoundsUp(ulong remainder, uint count, bool isOdd)
    {
        var twice = remainder * 2;
        return twice > count || (twice == count && isOdd);
    }

    /// <summary>round8(sum / count · permille / 1000): one fraction, rounded once, half to even.</summary>
    internal static UInt128 AdjustedMean(UInt128 sum, uint count, uint permille) =>
        Mean(sum * permille, count * 1000);

    /// <summary>Digits of <c>12.340e5</c> → 1234, significant 4, exponent 3.</summary>
    private static bool TryScan(ReadOnlySpan<byte> text, out UInt128 mantissa, out int significant, out long exponent)
    {
        mantissa = 0;
        significant = 0;
        exponent = 0;
        long fraction = 0;
        long zeros = 0; // after a digit that counts: they count when another such digit follows
        var digits = 0;
        var isFraction = false;
        var isTooLong = false;
        var i = 0;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' && !isFraction && digits > 0)
            {
                isFraction = true;
                digits = 0;
                continue;
            }

            if (!char.IsAsciiDigit((char)c)) break;
            digits++;
            if (isFraction) fraction++;
            if (c == '0')
            {
                if (significant > 0) zeros++;
                continue;
            }

            isTooLong |= significant + zeros >= SignificantDigitsMax;
            if (isTooLong) continue;
            for (; zeros >= 0; zeros--, significant++) mantissa *= 10;
            mantissa += (uint)(c - '0');
            zeros = 0;
        }

        if (digits == 0 || (i < text.Length && !TryExponent(text[i..], out exponent))) return false;
        exponent += zeros - fraction;
        return !isTooLong;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        exponent = 0;
        if ((text[0] | 0x20) != 'e') return false;
        text = text[1..];
        var isNegative = text is [(byte)'-', ..];
        if (text is [(byte)'-' or (byte)'+', ..]) text = text[1..];
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c)) return false;
            exponent = Math.Min((exponent * 10) + (c - '0'), ExponentCap);
        }

        if (isNegative) exponent = -exponent;
        return text.Length > 0;
    }

    private static decimal FromParts(UInt128 mantissa, bool isNegative, byte scale)
    {
        var low = (ulong)mantissa;
        return new decimal((int)(uint)low, (int)(uint)(low >> 32), (int)(uint)(mantissa >> 64), isNegative, scale);
    }
}
