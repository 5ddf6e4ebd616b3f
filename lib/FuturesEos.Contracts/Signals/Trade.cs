namespace FuturesEos.Contracts.Signals;

/// <summary>A trade as an exchange reports it.</summary>
/// <param name="Price">Above 0.</param>
/// <param name="Qty">Above 0.</param>
/// <param name="TimeMs">Epoch milliseconds.</param>
/// <param name="IsBuyerMaker">Whether the buyer's order was in the book already: then a taker sold, else a taker
/// bought.</param>
public readonly record struct Trade(decimal Price, decimal Qty, long TimeMs, bool IsBuyerMaker);
