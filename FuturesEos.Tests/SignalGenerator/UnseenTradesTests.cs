using System.Globalization;
using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.SignalGenerator;
using Xunit;

namespace FuturesEos.Tests.SignalGenerator;

/// <summary>
/// Files nobody wrote the code for: made from a seed, with gaps, flat candles, several trades in a millisecond. What
/// they should give is worked out by grouping, not row by row.
/// </summary>
public sealed class UnseenTradesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("futures-eos-trades-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1, "SHIBUSDT", 8, false, false, "\n")] // tiny prices, huge quantities, milliseconds
    [InlineData(2, "BTCUSDT", 2, true, false, "\r\n")] // microseconds, no header, seven columns, CRLF
    [InlineData(3, "1000PEPE.P", 7, false, true, "\n")] // a header, long gaps
    public async Task a_file_gives_the_candles_that_grouping_gives(
        int seed, string symbol, int decimals, bool isSpot, bool hasHeader, string end)
    {
        var trades = Trades(new Random(seed), decimals).ToList();
        var path = Path.Combine(_folder.FullName, $"{symbol}-trades-unseen.csv");
        var text = new StringBuilder(hasHeader ? "id,price,qty,quote_qty,time,is_buyer_maker" + end : "");
        foreach (var (trade, i) in trades.Select((trade, i) => (trade, i)))
        {
            var time = isSpot ? $"{trade.TimeMs}{i % 1000:000}" : $"{trade.TimeMs}";
            var maker = isSpot ? $"{trade.IsBuyerMaker},True" : trade.IsBuyerMaker ? "true" : "false";
            text.Append(CultureInfo.InvariantCulture,
                $"{i},{trade.Price},{trade.Qty},{decimal.Round(trade.Price * trade.Qty, 8)},{time},{maker}{end}");
        }

        await File.WriteAllTextAsync(path, text.ToString());
        var signals = new List<Signal>();
        await foreach (var signal in TradeFileSource.Open(path, null, skipBad: false).ReadAsync()) signals.Add(signal);
        Assert.Equal(Expected(trades, symbol), signals);
        Assert.Contains(signals, s => s.Side == Side.Buy);
        Assert.Contains(signals, s => s.Side == Side.Sell);
    }

    private static List<Signal> Expected(List<Trade> trades, string symbol) =>
    [
        .. Timeframes.All.ToArray()
            .SelectMany(timeframe => trades.GroupBy(t => t.TimeMs / timeframe.LengthMs())
                .Select(candle => Signal(candle.ToList(), timeframe, symbol)))
            .OrderBy(signal => signal.Ts).ThenBy(signal => signal.Timeframe),
    ];

    private static Signal Signal(List<Trade> candle, Timeframe timeframe, string symbol)
    {
        var openTime = candle[0].TimeMs / timeframe.LengthMs() * timeframe.LengthMs();
        var volume = candle.Sum(t => t.Qty);
        var isUp = candle[^1].Price.CompareTo(candle[0].Price) switch
        {
            0 => candle.Where(t => !t.IsBuyerMaker).Sum(t => t.Qty) >= volume / 2,
            var change => change > 0,
        };
        return new Signal(
            $"{symbol}-{timeframe.Text()}-{openTime}", symbol,
            isUp ? Side.Buy : Side.Sell, volume, candle[^1].Price, timeframe, openTime + timeframe.LengthMs() - 1);
    }

    private static IEnumerable<Trade> Trades(Random random, int decimals)
    {
        var step = 1m / (decimal)Math.Pow(10, decimals);
        var price = step * random.Next(1_000, 7_000_000);
        var time = 1_735_689_600_000 + random.Next(1_000_000);
        for (var i = 0; i < 20_000; i++)
        {
            time += random.Next(1000) switch { 0 => random.Next(3_600_000), < 300 => 0, _ => random.Next(20_000) };
            if (random.Next(3) == 0) price = Math.Max(step, price + (step * random.Next(-3, 4)));
            yield return new Trade(price, step * random.Next(1, 1_000_000_000), time, random.Next(2) == 0);
        }
    }
}
