using System.Numerics;
using System.Text;
using FuturesEos.Contracts;
using Xunit;

namespace FuturesEos.Tests.Contracts;

public class DecimalsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1.e5")]
    [InlineData("1..5")]
    [InlineData("1.5.5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e5.0")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("true")]
    public void what_is_no_number_is_refused(string text) =>
        Assert.False(Decimals.TryParse(Encoding.UTF8.GetBytes(text), 12, 8, out _));

    [Theory]
    [InlineData("0.25", "0.25")]
    [InlineData("0.2500", "0.25")]
    [InlineData("3.00000000", "3")]
    [InlineData("300", "300")]
    [InlineData("0", "0")]
    [InlineData("0.00", "0")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    public void plain_notation_has_no_trailing_zeros(string number, string plain) =>
        Assert.Equal(plain, Decimals.Format(decimal.Parse(number)));

    [Fact]
    public void units_go_there_and_back()
    {
        foreach (var text in new[] { "0.00000001", "0.25", "3", "65012.5", "999999999999999.99999999",
            "1.0000000000000000" })
            Assert.Equal(decimal.Parse(text), Decimals.FromUnits(Decimals.ToUnits(decimal.Parse(text))));
        Assert.Equal(25_000_000u, Decimals.ToUnits(0.25m));
    }

    [Fact]
    public void a_mean_is_rounded_half_to_even_whatever_the_sum_and_count()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var count = (uint)random.Next(1, 11);
            var sum = Sum(random);
            Assert.Equal(Fractions.HalfToEven(sum, count), (BigInteger)Decimals.Mean(sum, count));
        }
    }

    [Fact]
    public void an_adjusted_mean_is_one_fraction_rounded_once_and_ties_are_among_the_cases()
    {
        var random = new Random(2);
        var ties = 0;
        for (var i = 0; i < 60_000; i++)
        {
            var count = (uint)random.Next(1, 4);
            var permille = (uint)(998 + random.Next(0, 5));
            var sum = Sum(random);
            if (i % 2 == 0) sum += 500 - (sum % 500); // where the ties are
            if (2 * (BigInteger)(sum * permille % (count * 1000)) == count * 1000) ties++;
            Assert.Equal(
                Fractions.HalfToEven((BigInteger)sum * permille, count * 1000),
                (BigInteger)Decimals.AdjustedMean(sum, count, permille));
        }

        Assert.True(ties > 1_000, $"{ties} ties");
    }

    [Theory]
    [InlineData(500, 999, 166)] // 166.5 exactly: to the even 166
    [InlineData(1500, 999, 500)] // 499.5
    [InlineData(2500, 999, 832)] // 832.5
    [InlineData(3500, 999, 1166)] // 1165.5
    public void a_tie_goes_to_the_even_number_whatever_the_mean_before_it(uint sum, uint permille, uint expected) =>
        Assert.Equal(expected, Decimals.AdjustedMean(sum, 3, permille));

    [Fact]
    public void a_double_is_the_nearest_one_for_large_amounts_too()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var units = Sum(random) / 10;
            Assert.Equal(double.Parse(Decimals.Format(Decimals.FromUnits(units))), Decimals.ToDouble(units));
        }

        Assert.Equal(0.1, Decimals.ToDouble(10_000_000));
        Assert.Equal(90_071_992.54740992, Decimals.ToDouble(9_007_199_254_740_992));
        Assert.Equal(90_071_992.54740993, Decimals.ToDouble(9_007_199_254_740_993));
    }

    /// <summary>Sums of up to ten amounts, of all magnitudes.</summary>
    private static UInt128 Sum(Random random)
    {
        var magnitude = BigInteger.Pow(10, random.Next(0, 25));
        return (UInt128)(((BigInteger)random.NextInt64() * magnitude / long.MaxValue) + random.Next(1, 1000));
    }
}
