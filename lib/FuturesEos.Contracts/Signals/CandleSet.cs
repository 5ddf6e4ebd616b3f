namespace FuturesEos.Contracts.Signals;

/// <summary>
/// The open candle of each timeframe: trades in, signals out, in order of their time and, for equal times, of the
/// timeframes. Holds three candles however long the file is.
/// </summary>
public sealed class CandleSet(string symbol)
{
    private readonly Candle?[] _open = new Candle?[Timeframes.Count];

    /// <summary>
    /// Takes the next trade; candles that it completes give their signals. A trade from before the open minute is
    /// refused, since its candle is complete: false, and nothing has happened.
    /// </summary>
    /// <param name="trade">The trade.</param>
    /// <param name="completed">Signals are added to it.</param>
    public bool TryAdd(in Trade trade, List<Signal> completed)
    {
        if (_open[0] is { } minute && trade.TimeMs < minute.OpenTime) return false;
        Complete(trade.TimeMs, completed);
        foreach (var timeframe in Timeframes.All)
        {
            ref var candle = ref _open[(int)timeframe];
            if (candle is null) candle = new Candle(timeframe, trade);
            else candle.Add(trade);
        }

        return true;
    }

    /// <summary>There are no more trades: every open candle is complete.</summary>
    public void Finish(List<Signal> completed) => Complete(long.MaxValue, completed);

    private void Complete(long nowMs, List<Signal> completed)
    {
        while (true)
        {
            var next = -1;
            for (var i = 0; i < _open.Length; i++)
            {
                if (_open[i] is { } candle
                    && candle.EndTime <= nowMs && (next < 0 || candle.EndTime < _open[next]!.EndTime)) next = i;
            }

            if (next < 0) return;
            completed.Add(_open[next]!.ToSignal(symbol));
            _open[next] = null;
        }
    }
}
