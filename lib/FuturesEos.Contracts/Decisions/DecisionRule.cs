using FuturesEos.Contracts.Signals;

namespace FuturesEos.Contracts.Decisions;

/// <summary>State and signal → decision. The table of the contract, line by line.</summary>
public static class DecisionRule
{
    private const int NetOfStrong = 5;
    private const int NetOfAny = 2;
    private const uint SpikeFactor = 3;
    private const int TimeframesMin = 2;

    /// <summary>Adds a unique signal to the state of its window and decides from the state with it.</summary>
    /// <param name="window">State of the signal's symbol in the signal's window; changed.</param>
    /// <param name="signal">A valid signal that was not taken before and is not late.</param>
    /// <param name="signalId">Its identity (<see cref="Signals.SignalId"/>).</param>
    public static Decision Decide(SymbolWindow window, in Signal signal, Guid signalId)
    {
        var qty = Decimals.ToUnits(signal.Qty);
        var isSpike = IsSpike(window, qty);
        window.Add(signal.Timeframe, signal.Side, Decimals.ToUnits(signal.Price), qty);

        var view = Look(window);
        var action = view.Timeframes < TimeframesMin ? DecisionAction.Hold : ActionOf(window.Net);
        var isHold = action == DecisionAction.Hold;
        var start = WindowTime.StartOf(signal.Ts);
        return new Decision(
            Decision.IdOf(signalId),
            signalId,
            signal.Symbol,
            action,
            ReasonOf(action, view, isSpike),
            isHold ? 0.5m : Confidence(view, window.Net),
            Decimals.FromUnits(Decimals.AdjustedMean(view.PriceSum, (uint)view.Timeframes, Permille(action))),
            isHold ? 0 : MeanQuantity(window),
            start,
            start + WindowTime.LengthMs,
            window.SignalCount,
            window.Net,
            signal.Ts);
    }

    /// <summary>Five quantities came before, and this one is at least three times their mean.</summary>
    private static bool IsSpike(SymbolWindow window, UInt128 qty) =>
        window.QuantityCount == SymbolWindow.QuantitiesMax
            && qty * SymbolWindow.QuantitiesMax >= SumOfQuantities(window) * SpikeFactor;

    private static View Look(SymbolWindow window)
    {
        var timeframes = 0;
        var direction = 0;
        var isAligned = true;
        var volatility = 0.0;
        UInt128 sum = 0;
        foreach (var timeframe in Timeframes.All)
        {
            var count = window.PriceCount(timeframe);
            if (count == 0) continue;
            var own = Math.Sign(window.Lead(timeframe));
            if (timeframes++ == 0) direction = own;
            isAligned &= own != 0 && own == direction;
            volatility += Volatility(window, timeframe, count);
            sum += Decimals.Mean(SumOfPrices(window, timeframe, count), (uint)count);
        }

        return new View(timeframes, isAligned ? 1.0 : 0.5, volatility / timeframes, sum);
    }

    /// <summary>
    /// 100 · stddev / mean (population), summed in order of arrival: the order is part of the contract.
    /// </summary>
    private static double Volatility(SymbolWindow window, Timeframe timeframe, int count)
    {
        if (count < 2) return 0;
        Span<double> prices = stackalloc double[SymbolWindow.PricesMax];
        double sum = 0;
        for (var i = 0; i < count; i++) sum += prices[i] = Decimals.ToDouble(window.Price(timeframe, i));
        var mean = sum / count;
        double variance = 0;
        foreach (var price in prices[..count])
        {
            var deviation = price - mean;
            variance += deviation * deviation;
        }

        return 100 * Math.Sqrt(variance / count) / mean;
    }

    /// <summary>IEEE doubles in the order of the contract, four decimals at the end.</summary>
    private static decimal Confidence(View view, int net)
    {
        var volatilityFactor = Math.Max(0.3, 1 - view.Volatility);
        var balanceFactor = Math.Min(1, Math.Abs(net) / 10.0);
        var confidence = Math.Min(1, (0.4 * view.Alignment) + (0.4 * balanceFactor) + (0.2 * volatilityFactor));
        return (int)Math.Floor((confidence * 10_000) + 0.5) / 10_000m;
    }

    private static DecisionAction ActionOf(int net) => net switch
    {
        > NetOfStrong => DecisionAction.StrongBuy,
        > NetOfAny => DecisionAction.Buy,
        < -NetOfStrong => DecisionAction.StrongSell,
        < -NetOfAny => DecisionAction.Sell,
        _ => DecisionAction.Hold,
    };

    private static DecisionReason ReasonOf(DecisionAction action, View view, bool isSpike)
    {
        if (view.Timeframes < TimeframesMin) return DecisionReason.InsufficientData;
        if (action == DecisionAction.Hold)
            return view.Alignment < 0.6 ? DecisionReason.DivergentSignals : DecisionReason.InsufficientData;
        if (isSpike) return DecisionReason.VolumeSpike;
        return action.IsStrong() && view.Alignment <= 0.8
            ? DecisionReason.MomentumShift : DecisionReason.AlignedSignals;
    }

    /// <summary>The price's adjustment, in thousandths.</summary>
    private static uint Permille(DecisionAction action) => action switch
    {
        DecisionAction.StrongBuy => 998,
        DecisionAction.Buy => 999,
        DecisionAction.Sell => 1001,
        DecisionAction.StrongSell => 1002,
        _ => 1000,
    };

    /// <summary>Mean of the last quantities, cut to four decimals (10⁴ units).</summary>
    private static decimal MeanQuantity(SymbolWindow window)
    {
        const uint unitsOfFourthDecimal = 10_000;
        var cut = SumOfQuantities(window) / ((uint)window.QuantityCount * unitsOfFourthDecimal);
        return Decimals.FromUnits(cut * unitsOfFourthDecimal);
    }

    private static UInt128 SumOfQuantities(SymbolWindow window)
    {
        UInt128 sum = 0;
        for (var i = 0; i < window.QuantityCount; i++) sum += window.Quantity(i);
        return sum;
    }

    private static UInt128 SumOfPrices(SymbolWindow window, Timeframe timeframe, int count)
    {
        UInt128 sum = 0;
        for (var i = 0; i < count; i++) sum += window.Price(timeframe, i);
        return sum;
    }

    /// <summary>What the timeframes that have signals say together.</summary>
    private readonly record struct View(int Timeframes, double Alignment, double Volatility, UInt128 PriceSum);
}
