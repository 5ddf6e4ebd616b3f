using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using Xunit;

namespace FuturesEos.Tests.Contracts;

/// <summary>
/// Windows of any amounts that the contract takes, against the table of the contract worked with fractions: price,
/// quantity and volume spike are as if nothing had been rounded on the way.
/// </summary>
public class ExactDecisionTests
{
    private const long Start = 1_763_596_800_000;
    private const int Windows = 3_000;

    [Fact]
    public void prices_quantities_and_spikes_are_those_of_fractions()
    {
        var random = new Random(11);
        var ties = 0;
        for (var i = 0; i < Windows; i++)
        {
            var window = new SymbolWindow();
            var signals = new List<Signal>();
            var amount = Amounts(random);
            var buys = random.Next(101);
            for (var n = random.Next(2, 16); n > 0; n--)
            {
                var signal = new Signal(null, "X", random.Next(100) < buys ? Side.Buy : Side.Sell,
                    amount(), amount(), Timeframes.All[random.Next(3)], Start + n);
                var decision = DecisionRule.Decide(window, signal, Guid.Empty);
                Assert.Equal(IsSpike(signals, signal) && decision.Action != DecisionAction.Hold,
                    decision.Reason == DecisionReason.VolumeSpike);
                signals.Add(signal);
                var exact = Price(signals, decision.Action);
                if (IsTie(exact)) ties++;
                Assert.Equal(exact.RoundedHalfToEven(8).ToDecimal(), decision.SuggestedPrice);
                Assert.Equal(
                    decision.Action == DecisionAction.Hold ? 0 : Quantity(signals).Cut(4), decision.SuggestedQty);
            }
        }

        Assert.True(ties > 100, $"{ties} ties: the windows do not show them");
    }

    /// <summary>Sizes of one window: tiny, where the last decimal decides; of any size; up to the largest.</summary>
    private static Func<decimal> Amounts(Random random) => random.Next(4) switch
    {
        0 => () => random.Next(1, 3_000) / 100_000_000m,
        1 => () => 5_000 + (random.Next(0, 3) * 0.000005m),
        2 => () => random.NextInt64(1, 1_000_000_000_000_000) - (random.Next(100_000_000) / 100_000_000m),
        _ => () => 999_999_999_999_999m + (random.Next(99_999_990, 100_000_000) / 100_000_000m),
    };

    private static bool IsSpike(List<Signal> before, Signal signal)
    {
        if (before.Count < 5) return false;
        var threeMeans = new Fraction(3, 1) * Fractions.Mean([.. before.TakeLast(5).Select(s => Fractions.Of(s.Qty))]);
        return (Fractions.Of(signal.Qty) - threeMeans).Numerator.Sign >= 0;
    }

    private static Fraction Price(List<Signal> signals, DecisionAction action)
    {
        var means = signals.GroupBy(s => s.Timeframe)
            .Select(timeframe => Fractions.Mean([.. timeframe.TakeLast(10).Select(s => Fractions.Of(s.Price))])
                .RoundedHalfToEven(8))
            .ToList();
        return Fractions.Mean(means) * Fractions.Of(action switch
        {
            DecisionAction.StrongBuy => 0.998m,
            DecisionAction.Buy => 0.999m,
            DecisionAction.Sell => 1.001m,
            DecisionAction.StrongSell => 1.002m,
            _ => 1,
        });
    }

    private static Fraction Quantity(List<Signal> signals) =>
        Fractions.Mean([.. signals.TakeLast(5).Select(s => Fractions.Of(s.Qty))]);

    private static bool IsTie(Fraction price) =>
        (2 * price.Numerator * 100_000_000 % (2 * price.Denominator)) == price.Denominator;
}
