namespace FuturesEos.Cli.Verification;

/// <summary>A row of <c>app.orders</c>.</summary>
internal sealed record OrderRow(
    Guid Id,
    string? OddClientOrderId,
    Guid DecisionId,
    Guid SignalId,
    string Symbol,
    string Side,
    decimal Qty,
    decimal Price,
    string Status,
    DateTime CreatedAt)
{
    /// <summary>The client order id: <see cref="OddClientOrderId"/> where it is not the one that follows from the decision's id.</summary>
    public string ClientOrderId => OddClientOrderId ?? ClientOrderIdOf(DecisionId);

    /// <summary><c>ORD-</c> and the decision id's 32 hex digits.</summary>
    public static string ClientOrderIdOf(Guid decisionId) => $"ORD-{decisionId:N}";
}
