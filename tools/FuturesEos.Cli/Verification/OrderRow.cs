using FuturesEos.Cli.Verification.Spilling;

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
    /// <summary>
    /// The client order id: <see cref="OddClientOrderId"/> where it is not the one that follows from the decision's id.
    /// </summary>
    public string ClientOrderId => OddClientOrderId ?? ClientOrderIdOf(DecisionId);

    /// <summary><c>ORD-</c> and the decision id's 32 hex digits.</summary>
    public static string ClientOrderIdOf(Guid decisionId) => $"ORD-{decisionId:N}";

    public static void Write(BinaryWriter to, OrderRow row)
    {
        to.Write(row.Id);
        to.WriteOptional(row.OddClientOrderId);
        to.Write(row.DecisionId);
        to.Write(row.SignalId);
        to.Write(row.Symbol);
        to.Write(row.Side);
        to.Write(row.Qty);
        to.Write(row.Price);
        to.Write(row.Status);
        to.Write(row.CreatedAt.Ticks);
    }

    public static OrderRow Read(BinaryReader from) => new(
        from.ReadGuid(), from.ReadOptionalText(),
        from.ReadGuid(), from.ReadGuid(), from.ReadString(), from.ReadString(), from.ReadDecimal(),
        from.ReadDecimal(), from.ReadString(), new DateTime(from.ReadInt64(), DateTimeKind.Utc));
}
