namespace FuturesEos.Contracts.Decisions;

/// <summary>What a decision recommends.</summary>
public enum DecisionAction
{
    /// <summary><c>HOLD</c>.</summary>
    Hold,

    /// <summary><c>BUY</c>.</summary>
    Buy,

    /// <summary><c>STRONG_BUY</c>.</summary>
    StrongBuy,

    /// <summary><c>SELL</c>.</summary>
    Sell,

    /// <summary><c>STRONG_SELL</c>.</summary>
    StrongSell,
}
