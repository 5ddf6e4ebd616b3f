using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Orders;
using Xunit;

namespace FuturesEos.Tests.Contracts;

public class OrderRuleTests
{
    private static readonly OrderRuleOptions Defaults = new();

    private static Decision Decision(DecisionAction action, decimal confidence) => new(
        new Guid("00000000-0000-5000-8000-00000000000a"),
        new Guid("00000000-0000-5000-8000-00000000000b"), "BTCUSDT", action,
        DecisionReason.AlignedSignals, confidence, 64947.4875m, 0.25m, 0, 300_000, 7, 3, 192_345);

    [Theory]
    [InlineData(DecisionAction.Hold, "1", null)]
    [InlineData(DecisionAction.Buy, "0.6499", null)]
    [InlineData(DecisionAction.Buy, "0.65", "1")]
    [InlineData(DecisionAction.Sell, "0.72", "2.8")] // 1 + 9 · 0.07 / 0.35
    [InlineData(DecisionAction.Sell, "0.7312", "3.09")] // 1 + 9 · 0.0812 / 0.35 = 3.088
    [InlineData(DecisionAction.Buy, "1", "10")]
    [InlineData(DecisionAction.StrongBuy, "0.5416", null)] // · 1.2 = 0.64992
    // · 1.2 = 0.65004, but the quantity follows from the confidence itself
    [InlineData(DecisionAction.StrongBuy, "0.5417", "1")]
    [InlineData(DecisionAction.StrongSell, "0.84", "5.89")] // 1 + 9 · 0.19 / 0.35 = 5.8857
    public void an_order_follows_from_a_decision_over_the_threshold(
        DecisionAction action, string confidence, string? qty)
    {
        var order = OrderRule.Decide(Decision(action, decimal.Parse(confidence)), Defaults);
        Assert.Equal(qty, order is null ? null : Decimals.Format(order.Qty));
    }

    [Fact]
    public void halves_are_rounded_up_when_the_options_make_some()
    {
        var options = new OrderRuleOptions { Threshold = 0.5m, Base = 1, Max = 1.02m };
        // 1 + 0.02 · 0.25 = 1.005
        Assert.Equal(1.01m, OrderRule.Decide(Decision(DecisionAction.Buy, 0.625m), options)!.Qty);
        var thirds = new OrderRuleOptions { Threshold = 0.7m, Base = 1, Max = 1.03m };
        // 0.03 · 0.05 / 0.3 = 0.005, through a third
        Assert.Equal(1.01m, OrderRule.Decide(Decision(DecisionAction.Buy, 0.75m), thirds)!.Qty);
    }

    /// <summary>
    /// Options with as many digits as a decimal has: a quotient that is rounded to 28 digits first can become a tie.
    /// </summary>
    [Fact]
    public void a_quantity_is_one_fraction_rounded_once_whatever_the_options()
    {
        // 1 + 0.01 · 0.1 / (0.2 + 10⁻²⁸) is below 1.005 by less than a decimal's last digit
        var edge = new OrderRuleOptions { Threshold = 0.7999999999999999999999999999m, Base = 1, Max = 1.01m };
        var below = 0.9m - 0.0000000000000000000000000001m;
        Assert.Equal(1m, OrderRule.Decide(Decision(DecisionAction.Buy, below), edge)!.Qty);

        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var threshold = Share(random);
            var least = 0.01m + (Share(random) * 10);
            var most = least + (Share(random) * 9);
            var options = new OrderRuleOptions { Threshold = threshold, Base = least, Max = most };
            Assert.Null(options.Validate());
            var confidence = Math.Min(1, threshold + decimal.Round(Share(random), 4));
            var order = OrderRule.Decide(Decision(DecisionAction.Buy, confidence), options)!;
            var (above, whole) = (Fractions.Of(confidence - threshold), Fractions.Of(1 - threshold));
            var exact = Fractions.Of(options.Base)
                + ((Fractions.Of(options.Max) - Fractions.Of(options.Base)) * (above / whole));
            Assert.Equal(exact.RoundedHalfUp(2), order.Qty);
        }
    }

    private static decimal Share(Random random) =>
        decimal.Round((decimal)random.NextDouble() * 0.9m * (1 - (0.1m / 3)), random.Next(1, 29));

    [Fact]
    public void its_json_and_its_event_say_what_it_is()
    {
        var order = OrderRule.Decide(Decision(DecisionAction.StrongSell, 0.84m), Defaults)!;
        Assert.Equal(Side.Sell, order.Side);
        Assert.Equal(Side.Buy, OrderRule.Decide(Decision(DecisionAction.StrongBuy, 0.84m), Defaults)!.Side);
        Assert.Equal(Side.Buy, OrderRule.Decide(Decision(DecisionAction.Buy, 0.84m), Defaults)!.Side);
        Assert.Equal(Side.Sell, OrderRule.Decide(Decision(DecisionAction.Sell, 0.84m), Defaults)!.Side);
        Assert.Equal(
            $$"""
            {"id":"{{order.Id}}","client_order_id":"ORD-0000000000005000800000000000000a","decision_id":"00000000-0000-5000-8000-00000000000a",
            "signal_id":"00000000-0000-5000-8000-00000000000b","symbol":"BTCUSDT","side":"SELL","price":64947.4875,"qty":5.89,
            "status":"PENDING","created_at":"1970-01-01T00:03:12.345Z"}
            """.ReplaceLineEndings(""),
            order.ToJson());
        var row = OutboxRow.For(order, "00-1-2-01");
        Assert.Equal(
            new OutboxRow(NameBasedUuid.Create(order.Id, "ORDER_CREATED"),
                "ORDER", order.Id, "ORDER_CREATED", order.ToJson(), 192_345, "00-1-2-01"), row);
    }

    [Theory]
    [InlineData("1", "1", "10")]
    [InlineData("-0.1", "1", "10")]
    [InlineData("0.5", "0", "10")]
    [InlineData("0.5", "0.0049", "10")] // 0.00 when rounded
    [InlineData("0.5", "5", "4")]
    public void options_that_make_no_sense_are_refused(string threshold, string least, string most)
    {
        Assert.Null(Defaults.Validate());
        Assert.NotNull(new OrderRuleOptions
        {
            Threshold = decimal.Parse(threshold), Base = decimal.Parse(least),
            Max = decimal.Parse(most)
        }.Validate());
    }
}
