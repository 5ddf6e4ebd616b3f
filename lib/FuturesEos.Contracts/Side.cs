namespace FuturesEos.Contracts;

/// <summary>What a signal or an order is for.</summary>
public enum Side
{
    /// <summary><c>BUY</c>.</summary>
    Buy,

    /// <summary><c>SELL</c>.</summary>
    Sell,
}
