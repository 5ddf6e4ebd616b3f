using System.Numerics;
using FuturesEos.Contracts.Decisions;

namespace FuturesEos.Contracts.Orders;

/// <summary>Decision → order, or nothing.</summary>
public static class OrderRule
{
    private const decimal StrongFactor = 1.2m;
    private const int DecimalsMax = 28;
    private static readonly BigInteger One = BigInteger.Pow(10, DecimalsMax);

    /// <summary>
    /// Actions other than HOLD whose confidence (· 1.2 for the strong ones) reaches the threshold give an order of
    /// base + (max − base) · clamp((confidence − threshold) / (1 − threshold), 0, 1).
    /// </summary>
    public static Order? Decide(Decision decision, OrderRuleOptions options)
    {
        if (decision.Action == DecisionAction.Hold) return null;
        var adjusted = decision.Action.IsStrong() ? decision.Confidence * StrongFactor : decision.Confidence;
        if (adjusted < options.Threshold) return null;
        return new Order(
            Order.IdOf(decision.Id),
            decision.Id,
            decision.SignalId,
            decision.Symbol,
            decision.Action is DecisionAction.Buy or DecisionAction.StrongBuy ? Side.Buy : Side.Sell,
            decision.SuggestedPrice,
            Quantity(decision.Confidence, options),
            decision.Timestamp);
    }

    /// <summary>
    /// One fraction, rounded once to two decimals, half up: System.Decimal would round the quotient to 28 digits first.
    /// </summary>
    private static decimal Quantity(decimal confidence, OrderRuleOptions options)
    {
        var above = Math.Clamp(confidence - options.Threshold, 0, 1 - options.Threshold); // exact: both are in 0 … 1
        var (least, most) = (Scaled(options.Base), Scaled(options.Max));
        var (share, whole) = (Scaled(above), Scaled(1 - options.Threshold));
        // all are whole numbers of 10⁻²⁸, and so is the divisor; twice as many hundredths, to see halves
        var numerator = ((least * whole) + ((most - least) * share)) * 200;
        var hundredths = ((numerator / (whole * One)) + 1) / 2;
        var (units, rest) = BigInteger.DivRem(hundredths, 100);
        return (decimal)units + ((int)rest / 100m);
    }

    /// <summary>A number of 0 or more as a count of 10⁻²⁸.</summary>
    private static BigInteger Scaled(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var mantissa = new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        return mantissa * BigInteger.Pow(10, DecimalsMax - value.Scale);
    }
}
