using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.SignalGenerator;

/// <summary>
/// A seeded walk of prices: the same seed gives the same signals, but for their times. Each symbol has spells of one
/// direction, so that every action of the decision table is seen.
/// </summary>
internal sealed class SyntheticSource
{
    private const int SpellMin = 10;
    private const int SpellMax = 60;
    private const double LargestStep = 0.0005;
    private const double LeastPrice = 0.01;
    private const double MostPrice = 10_000_000;

    private readonly Random _random;
    private readonly string _run;
    private readonly Walk[] _walks;
    private long _count;

    /// <param name="symbols">At least one.</param>
    /// <param name="seed">What the walk follows from.</param>
    public SyntheticSource(IReadOnlyList<string> symbols, long seed)
    {
        _random = new Random((int)(seed ^ (seed >> 32)));
        _run = seed.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        _walks = [.. symbols.Select(symbol => new Walk(symbol, 1 + (_random.NextDouble() * 1000)))];
    }

    /// <summary>How many symbols there are.</summary>
    public int Symbols => _walks.Length;

    /// <summary>The next signal, of any symbol and timeframe.</summary>
    /// <param name="nowMs">Its time, epoch milliseconds.</param>
    public Signal Next(long nowMs) =>
        Next(_walks[_random.Next(_walks.Length)], Timeframes.All[_random.Next(Timeframes.Count)], nowMs);

    /// <summary>One signal of each symbol.</summary>
    public IEnumerable<Signal> Round(Timeframe timeframe, long nowMs) =>
        _walks.Select(walk => Next(walk, timeframe, nowMs));

    private Signal Next(Walk walk, Timeframe timeframe, long nowMs)
    {
        if (walk.SpellLeft-- == 0)
        {
            walk.SpellLeft = _random.Next(SpellMin, SpellMax);
            walk.BuyShare = 0.1 + (0.8 * _random.NextDouble());
        }

        var isBuy = _random.NextDouble() < walk.BuyShare;
        var step = _random.NextDouble() * LargestStep;
        walk.Price = Math.Clamp(walk.Price * (isBuy ? 1 + step : 1 - step), LeastPrice, MostPrice);
        var qty = _random.Next(1, _random.Next(20) == 0 ? 5_000 : 500) / 1000m;
        return new Signal(
            $"{_run}-{++_count}",
            walk.Symbol, isBuy ? Side.Buy : Side.Sell, qty, decimal.Round((decimal)walk.Price, 4), timeframe, nowMs);
    }

    private sealed class Walk(string symbol, double price)
    {
        public string Symbol { get; } = symbol;

        public double Price { get; set; } = price;

        public double BuyShare { get; set; }

        public int SpellLeft { get; set; }
    }
}
