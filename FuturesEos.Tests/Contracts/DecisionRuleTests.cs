using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using Xunit;

namespace FuturesEos.Tests.Contracts;

/// <summary>
/// Cases worked by hand from the table of the contract. A window is written as words: <c>1B</c> is a buy on 1m,
/// <c>5S</c> a sell on 5m,
/// <c>15B@2x7</c> a buy on 15m at price 2 with quantity 7; price 100 and quantity 1 unless said.
/// </summary>
public class DecisionRuleTests
{
    private const long Start = 1_763_596_800_000;

    private static Decision Last(string words)
    {
        var window = new SymbolWindow();
        Decision? last = null;
        var ts = Start;
        foreach (var word in words.Split(' ').SelectMany(Repeat))
        {
            var signal = Parse(word, ts++);
            // as the processor does it: the state goes through its stored form every time
            var restored = new SymbolWindow();
            Assert.True(restored.TryLoad(window.Bytes));
            window = restored;
            last = DecisionRule.Decide(window, signal, SignalId.Of(signal));
        }

        return last!;
    }

    /// <summary>3*1B → 1B 1B 1B.</summary>
    private static IEnumerable<string> Repeat(string word) => word.Split('*') is [var times, var what]
        ? Enumerable.Repeat(what, int.Parse(times)) : [word];

    private static Signal Parse(string word, long ts)
    {
        var sideAt = word.IndexOfAny(['B', 'S']);
        var timeframe = word[..sideAt] switch
        {
            "1" =>
            Timeframe.OneMinute,
            "5" => Timeframe.FiveMinutes,
            _ => Timeframe.FifteenMinutes
        };
        var quantityAt = word.IndexOf('x');
        var priceAt = word.IndexOf('@');
        var price =
            priceAt < 0 ? 100m : decimal.Parse(word[(priceAt + 1)..(quantityAt < 0 ? word.Length : quantityAt)]);
        return new Signal(
            null, "X", word[sideAt] == 'B' ? Side.Buy : Side.Sell,
            quantityAt < 0 ? 1 : decimal.Parse(word[(quantityAt + 1)..]), price, timeframe, ts);
    }

    [Theory]
    [InlineData("1B", "HOLD INSUFFICIENT_DATA")]
    [InlineData("12*1B", "HOLD INSUFFICIENT_DATA")] // one timeframe only, whatever its lead
    [InlineData("12*15S", "HOLD INSUFFICIENT_DATA")]
    [InlineData("1B 5B", "HOLD INSUFFICIENT_DATA")] // aligned, no lead
    [InlineData("1S 5S", "HOLD INSUFFICIENT_DATA")]
    [InlineData("1B 5S", "HOLD DIVERGENT_SIGNALS")]
    [InlineData("2*1B 15S", "HOLD DIVERGENT_SIGNALS")]
    [InlineData("1B 1S 5B 5S", "HOLD DIVERGENT_SIGNALS")] // equal directions, but 0
    [InlineData("2*1B 5B", "BUY ALIGNED_SIGNALS")]
    [InlineData("4*1B 5B", "BUY ALIGNED_SIGNALS")]
    [InlineData("4*1B 5S", "BUY ALIGNED_SIGNALS")] // aligned or not
    [InlineData("5*1B 5B", "STRONG_BUY ALIGNED_SIGNALS")]
    [InlineData("7*1B 5S", "STRONG_BUY MOMENTUM_SHIFT")]
    [InlineData("7*1B 5B 5S", "STRONG_BUY MOMENTUM_SHIFT")] // a direction of 0 is no alignment
    [InlineData("2*1S 5S", "SELL ALIGNED_SIGNALS")]
    [InlineData("4*1S 15S", "SELL ALIGNED_SIGNALS")]
    [InlineData("4*1S 15B", "SELL ALIGNED_SIGNALS")]
    [InlineData("5*5S 15S", "STRONG_SELL ALIGNED_SIGNALS")]
    [InlineData("7*5S 15B", "STRONG_SELL MOMENTUM_SHIFT")]
    [InlineData("3*1B 3*5B 1S 15B", "STRONG_BUY ALIGNED_SIGNALS")] // three timeframes
    [InlineData("4*1B 4*5B 15S", "STRONG_BUY MOMENTUM_SHIFT")]
    public void action_and_reason_follow_the_table(string words, string expected)
    {
        var decision = Last(words);
        Assert.Equal(expected, $"{decision.Action.Text()} {decision.Reason.Text()}");
    }

    [Theory]
    [InlineData("4*1B 5B 1Bx3", "STRONG_BUY VOLUME_SPIKE")] // exactly three times the mean
    [InlineData("4*1B 5B 1Bx2.99999999", "STRONG_BUY ALIGNED_SIGNALS")]
    [InlineData("3*1B 5B 1Bx3", "BUY ALIGNED_SIGNALS")] // four came before
    [InlineData("1Bx100 4*1B 5B 1Bx3", "STRONG_BUY VOLUME_SPIKE")] // the mean is of the last five
    [InlineData("4*1B 2*5S 1Bx3", "BUY VOLUME_SPIKE")]
    [InlineData("3*1B 2*5S 1Bx3", "HOLD DIVERGENT_SIGNALS")] // no reason of a HOLD
    [InlineData("8*1B 5S 1Bx3", "STRONG_BUY VOLUME_SPIKE")] // before a shift of momentum
    [InlineData("5*1B 1Bx3", "HOLD INSUFFICIENT_DATA")]
    [InlineData("4*1Sx0.1 5Sx0.1 1Sx0.3", "STRONG_SELL VOLUME_SPIKE")] // 0.3 ≥ 3 · 0.1: decimals, not doubles
    public void a_volume_spike_is_three_times_the_mean_of_the_five_before(string words, string expected)
    {
        var decision = Last(words);
        Assert.Equal(expected, $"{decision.Action.Text()} {decision.Reason.Text()}");
    }

    [Theory]
    [InlineData("12*1B", "0.5")] // HOLD
    [InlineData("2*1B 5B", "0.72")] // 0.4 · 1 + 0.4 · 0.3 + 0.2 · 1
    [InlineData("5*1B 5B", "0.84")] // 0.4 · 1 + 0.4 · 0.6 + 0.2 · 1
    [InlineData("7*1S 5B", "0.64")] // 0.4 · 0.5 + 0.4 · 0.6 + 0.2 · 1
    [InlineData("9*1S 5S", "1")] // 0.4 + 0.4 + 0.2
    [InlineData("19*1S 5S", "1")]
    [InlineData("14*1B 5S", "0.8")] // the balance factor ends at 1: 0.4 · 0.5 + 0.4 · 1 + 0.2 · 1
    // 1m: 100 · 5 / 1005 = 0.4975 %, 5m: 0 %; 0.4 + 0.12 + 0.2 · (1 − 0.2488)
    [InlineData("1B@1000 1B@1010 5B", "0.6702")]
    [InlineData("1B@1000 1B@1006 5B", "0.6901")] // 0.69008973: up
    [InlineData("1B@1000 1B@1010 5B 15B", "0.7268")] // the mean of three: 0.4 + 0.16 + 0.2 · (1 − 0.1658)
    [InlineData("1B@100 1B@110 5B", "0.58")] // the volatility factor ends at 0.3
    [InlineData("1B@1 10*1B@1000 5B", "1")] // the first price is out of the last ten
    public void confidence_is_weighed_as_the_table_says(string words, string expected) =>
        Assert.Equal(expected, Decimals.Format(Last(words).Confidence));

    [Theory]
    [InlineData("6*1S 5*1B 5B", "-")] // of the last ten five were bought: direction 0, though the window sold one more
    [InlineData("7*1S 4*1B 1B 5B", "-")]
    [InlineData("10*1S 6*1B 5*5B", "+")] // the last ten: 4 sold, 6 bought
    public void a_direction_is_that_of_the_last_ten(string words, string alignment)
    {
        // volatility is 0: c = 0.4 · alignment + 0.04 · |net| + 0.2, made visible by a lead
        var decision = Last(words + " 4*15B");
        var balance = 0.4m * Math.Min(10, Math.Abs(decision.Net)) / 10;
        Assert.NotEqual(DecisionAction.Hold, decision.Action);
        Assert.Equal(alignment == "+" ? 0.4m : 0.2m, decision.Confidence - balance - 0.2m);
    }

    [Theory]
    [InlineData("1B", "100")]
    [InlineData("2*1B 5B", "99.9")]
    [InlineData("5*1B 5B", "99.8")]
    [InlineData("2*1S 5S", "100.1")]
    [InlineData("5*1S 5S", "100.2")]
    [InlineData("1B@1 1S@1 1B@2", "1.33333333")]
    [InlineData("1B@1 1S@2 1B@2", "1.66666667")]
    [InlineData("1B@1 1B@3 5S@10", "6")] // the mean of the timeframes' means, not of all prices
    [InlineData("1B@0.00000001 1S@0.00000002 5S@0.00000001", "0.00000002")] // 1.5 → 2 first, then (2 + 1) / 2 → 2
    [InlineData("1B@0.00000002 1S@0.00000003", "0.00000002")] // 2.5 → the even 2
    [InlineData("1B@0.000005 5B@0.000005 15B@0.000005", "0.000005")] // 4.995e-6 · 10^8 = 499.5 → the even 500
    [InlineData("1B@0.00000166 5B@0.00000167 15B@0.00000167", "0.00000166")] // 500/3 · 0.999 = 166.5 → the even 166
    [InlineData("1B@0.00000833 5B@0.00000833 15B@0.00000834", "0.00000832")] // 2500/3 · 0.999 = 832.5 → the even 832
    [InlineData("1B@5000.000005 5B@5000 15B@5000", "4995.00000166")] // …1.665 → the even 6
    [InlineData("1B@1 11*1B@2", "2")] // the last ten
    [InlineData("1B@999999999999999.99999999 1B@999999999999999.99999999 5B@999999999999999.99999999",
        "998999999999999.99999999")]
    [InlineData("5*1S@999999999999999.99999999 5S@999999999999999.99999999", "1001999999999999.99999999")]
    public void the_price_is_rounded_where_the_contract_rounds_it(string words, string expected) =>
        Assert.Equal(expected, Decimals.Format(Last(words).SuggestedPrice));

    [Theory]
    [InlineData("12*1B", "0")] // HOLD
    [InlineData("2*1B 5B", "1")]
    [InlineData("1Bx1 1Bx1 5Bx0.00009999", "0.6666")] // 2.00009999 / 3 = 0.66669…: cut
    [InlineData("1Bx100 4*1Bx2 5Bx7", "3")] // the last five
    [InlineData("2*1Bx0.00000001 5Bx0.00000001", "0")]
    [InlineData("2*1Bx999999999999999.99999999 5Bx999999999999999.99999999", "999999999999999.9999")]
    public void the_quantity_is_the_mean_of_the_last_five_cut_to_four_decimals(string words, string expected) =>
        Assert.Equal(expected, Decimals.Format(Last(words).SuggestedQty));

    [Fact]
    public void the_rest_of_a_decision_says_where_it_comes_from()
    {
        var window = new SymbolWindow();
        var signal = new Signal("a", "BTCUSDT", Side.Sell, 1, 100, Timeframe.FiveMinutes, Start + 299_999);
        var id = SignalId.Of(signal);
        DecisionRule.Decide(window, signal with { Side = Side.Buy }, Guid.Empty);
        DecisionRule.Decide(window, signal with { Timeframe = Timeframe.OneMinute }, Guid.Empty);
        var decision = DecisionRule.Decide(window, signal, id);
        Assert.Equal(
            new Decision(
                NameBasedUuid.Create(id, "decision"),
                id, "BTCUSDT", DecisionAction.Hold, DecisionReason.DivergentSignals,
                0.5m, 100, 0, Start, Start + 300_000, 3, -1, Start + 299_999),
            decision);
    }

    [Fact]
    public void its_json_is_that_of_the_contract()
    {
        var decision = new Decision(
            new Guid("00000000-0000-5000-8000-000000000001"),
            new Guid("00000000-0000-5000-8000-000000000002"), "BTCUSDT",
            DecisionAction.StrongBuy, DecisionReason.AlignedSignals,
            0.8312m, 64947.48750000m, 0.2500m, Start, Start + 300_000, 7, -3, Start + 192_345);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        decision.Write(output);
        Assert.Equal(
            """
            {"id":"00000000-0000-5000-8000-000000000001","signal_id":"00000000-0000-5000-8000-000000000002","symbol":"BTCUSDT",
            "action":"STRONG_BUY","reason":"ALIGNED_SIGNALS","confidence":0.8312,"suggested_price":64947.4875,"suggested_qty":0.25,
            "window_start":"2025-11-20T00:00:00Z","window_end":"2025-11-20T00:05:00Z","signal_count":7,"net":-3,
            "timestamp":"2025-11-20T00:03:12.345Z"}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.True(DecisionReader.TryRead(output.WrittenSpan, out var read, out _));
        Assert.Equal(decision, read);
    }

    [Fact]
    public void a_stored_window_of_another_form_is_refused()
    {
        var window = new SymbolWindow();
        DecisionRule.Decide(window, Parse("1B", Start), Guid.Empty);
        byte[] Changed(int at, byte value)
        {
            var bytes = window.Bytes.ToArray();
            bytes[at] = value;
            return bytes;
        }

        Assert.True(new SymbolWindow().TryLoad(Changed(0, 2)));
        byte[][] wrong = [[], window.Bytes[1..].ToArray(), [.. window.Bytes, 0], Changed(0, 3),
            Changed(0, 1), Changed(1, 11), Changed(3, 11), Changed(4, 6)];
        foreach (var bytes in wrong)
        {
            var other = new SymbolWindow();
            DecisionRule.Decide(other, Parse("1B", Start), Guid.Empty);
            Assert.False(other.TryLoad(bytes));
            Assert.Equal(0, other.SignalCount);
        }
    }

    /// <summary>Version 1 kept an amount in nine bytes: what an earlier release stored is gone on from.</summary>
    [Fact]
    public void a_window_that_version_1_stored_is_gone_on_from()
    {
        var window = new SymbolWindow();
        foreach (var word in "12*1B@999999999999.99999999x7 5S@2 15B@3x0.00000001".Split(' ').SelectMany(Repeat))
            DecisionRule.Decide(window, Parse(word, Start), Guid.Empty);
        const int header = 22;
        byte[] stored = [1, .. window.Bytes[1..header],
            .. window.Bytes[header..].ToArray().Chunk(10).SelectMany(amount => amount[..9])];
        Assert.Equal(337, stored.Length);

        var loaded = new SymbolWindow();
        Assert.True(loaded.TryLoad(stored));
        Assert.Equal(window.Bytes.ToArray(), loaded.Bytes.ToArray());
        Assert.False(loaded.TryLoad(stored[..^1]));
    }
}
