namespace FuturesEos.Contracts.Signals;

/// <summary>Trades of one symbol in one stretch of time, aligned to the epoch; there is none without a trade.</summary>
public sealed class Candle(Timeframe timeframe, in Trade first)
{
    private readonly decimal _open = first.Price;
    private decimal _close = first.Price;
    private decimal _volume = first.Qty;
    private decimal _bought = first.IsBuyerMaker ? 0 : first.Qty;

    /// <summary>Its begin, epoch milliseconds.</summary>
    public long OpenTime { get; } = first.TimeMs - (first.TimeMs % timeframe.LengthMs());

    /// <summary>Its end, epoch milliseconds, exclusive: a trade from here on completes it.</summary>
    public long EndTime => OpenTime + timeframe.LengthMs();

    /// <summary>Whether a trade belongs to it that would make its volume too large for a signal.</summary>
    public bool Overflows(in Trade trade) => trade.TimeMs < EndTime && _volume + trade.Qty >= Decimals.AmountEnd;

    /// <summary>Adds the next trade of its time.</summary>
    public void Add(in Trade trade)
    {
        _close = trade.Price;
        _volume += trade.Qty;
        if (!trade.IsBuyerMaker) _bought += trade.Qty;
    }

    /// <summary>
    /// The signal of the complete candle: bought when it closed above its open, sold when below, and when equal bought
    /// if takers bought at least half of the volume.
    /// </summary>
    public Signal ToSignal(string symbol)
    {
        var isBuy = _close > _open || (_close == _open && _bought * 2 >= _volume);
        return new Signal(
            $"{symbol}-{timeframe.Text()}-{OpenTime}",
            symbol, isBuy ? Side.Buy : Side.Sell, _volume, _close, timeframe, EndTime - 1);
    }
}
