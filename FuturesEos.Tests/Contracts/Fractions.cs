using System.Numerics;

namespace FuturesEos.Tests.Contracts;

/// <summary>
/// A fraction of whole numbers of any size: what the contract's arithmetic is compared with. Nothing in it is rounded
/// before it is asked for.
/// </summary>
internal readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator)
{
    public static Fraction operator +(Fraction a, Fraction b) =>
        new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Fraction operator -(Fraction a, Fraction b) =>
        new((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Fraction operator *(Fraction a, Fraction b) =>
        new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Fraction operator /(Fraction a, Fraction b) =>
        new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>To so many decimals, halves to the even digit.</summary>
    public Fraction RoundedHalfToEven(int decimals)
    {
        var one = BigInteger.Pow(10, decimals);
        return new Fraction(Fractions.HalfToEven(Numerator * one, Denominator), one);
    }

    /// <summary>To so many decimals, halves up; of a number that is not negative.</summary>
    public decimal RoundedHalfUp(int decimals)
    {
        var one = BigInteger.Pow(10, decimals);
        return new Fraction(((2 * Numerator * one) + Denominator) / (2 * Denominator), one).ToDecimal();
    }

    /// <summary>To so many decimals, the rest cut.</summary>
    public decimal Cut(int decimals)
    {
        var one = BigInteger.Pow(10, decimals);
        return new Fraction(Numerator * one / Denominator, one).ToDecimal();
    }

    /// <summary>Of a number whose denominator is a power of ten and that a decimal can hold.</summary>
    public decimal ToDecimal()
    {
        var (whole, rest) = BigInteger.DivRem(Numerator, Denominator);
        return (decimal)whole + ((decimal)rest / (decimal)Denominator);
    }
}

/// <summary>Fractions of decimals.</summary>
internal static class Fractions
{
    /// <summary>A decimal, exactly.</summary>
    public static Fraction Of(decimal value)
    {
        var text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0
            ? new Fraction(BigInteger.Parse(text), 1)
            : new Fraction(
                BigInteger.Parse(text.Remove(point, 1)), BigInteger.Pow(10, text.Length - point - 1));
    }

    /// <summary>The mean.</summary>
    public static Fraction Mean(IReadOnlyCollection<Fraction> numbers) =>
        numbers.Aggregate((a, b) => a + b) / new Fraction(numbers.Count, 1);

    /// <summary>A quotient as a whole number, halves to the even one.</summary>
    public static BigInteger HalfToEven(BigInteger numerator, BigInteger denominator)
    {
        var (whole, rest) = BigInteger.DivRem(numerator, denominator);
        var twice = rest * 2;
        return twice > denominator || (twice == denominator && !whole.IsEven) ? whole + 1 : whole;
    }
}
