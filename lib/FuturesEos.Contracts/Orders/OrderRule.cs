using FuturesEos.Contracts.Decisions;

namespace FuturesEos.Contracts.Orders;

/// <summary>Decision → order, or nothing.</summary>
public static class OrderRule
{
    private const decimal StrongFactor = 1.2m;

    /// <summary>
    /// Actions other than HOLD whose confidence (· 1.2 for the strong ones) reaches the threshold give an order of
    /// base + (max − base) · clamp((confidence − threshold) / (1 − threshold), 0, 1).
    /// </summary>
    public static Order? Decide(Decision decision, OrderRuleOptions options)
    {
        if (decision.Action == DecisionAction.Hold) return null;
        var adjusted = decision.Action.IsStrong() ? decision.Confidence * StrongFactor : decision.Confidence;
        if (adjusted < options.Threshold) return null;

        var above = Math.Clamp(decision.Confidence - options.Threshold, 0, 1 - options.Threshold);
        // multiplied before it is divided: what ends within the digits of a decimal is exact, so halves are seen as
        // halves
        var qty = options.Base + ((options.Max - options.Base) * above / (1 - options.Threshold));
        return new Order(
            Order.IdOf(decision.Id),
            decision.Id,
            decision.SignalId,
            decision.Symbol,
            decision.Action is DecisionAction.Buy or DecisionAction.StrongBuy ? Side.Buy : Side.Sell,
            decision.SuggestedPrice,
            Decimals.RoundHalfUp2(qty),
            decision.Timestamp);
    }
}
