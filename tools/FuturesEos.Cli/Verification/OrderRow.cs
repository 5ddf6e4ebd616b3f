namespace FuturesEos.Cli.Verification;

/// <summary>A row of <c>app.orders</c>.</summary>
internal sealed record OrderRow(
    Guid Id,
    string ClientOrderId,
    Guid DecisionId,
    Guid SignalId,
    string Symbol,
    string Side,
    decimal Qty,
    decimal Price,
    string Status,
    DateTime CreatedAt);
