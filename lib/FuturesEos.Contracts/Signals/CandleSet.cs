namespace FuturesEos.Contracts.Signals;

/// <summary>
/// The open candle of each timeframe: trades in, signals out, in order of their time and, for equal times, of the
/// timeframes. Holds three candles however long the file is.
/// </summary>
public sealed class CandleSet(string symbol)
{
    private readonly Candle?[] _open = new Candle?[Timeframes.Count];

    /// <summary>
    /// Takes the next trade; candles that it completes give their signals. Refused are a trade from before the open
    /// minute, whose candle is complete, and one that would make a volume too large for a signal.
    /// </summary>
    /// <param name="trade">The trade.</param>
    /// <param name="completed">Signals are added to it.</param>
    /// <returns>Null, or why it is refused: then nothing has happened.</returns>
    public string? Add(in Trade trade, List<Signal> completed)
    {
        if (_open[0] is { } minute && trade.TimeMs < minute.OpenTime)
            return "its time is before the minute of the row before it, whose candles are complete";
        foreach (var candle in _open)
        {
            if (candle?.Overflows(trade) == true)
                return $"with its quantity the volume of a candle has more than {Decimals.IntegerDigitsMax} digits "
                    + "before the point";
        }

        Complete(trade.TimeMs, completed);
        foreach (var timeframe in Timeframes.All)
        {
            ref var candle = ref _open[(int)timeframe];
            if (candle is null) candle = new Candle(timeframe, trade);
            else candle.Add(trade);
        }

        return null;
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
