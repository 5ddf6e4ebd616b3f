using System.Buffers;

namespace FuturesEos.Contracts.Orders;

/// <summary>What a decision over the threshold gives: a row of <c>app.orders</c>.</summary>
/// <param name="Id">UUIDv5 in the namespace of the decision's id, of <c>order</c>.</param>
/// <param name="DecisionId">The decision it follows from.</param>
/// <param name="SignalId">The signal that the decision follows from.</param>
/// <param name="Symbol">What is ordered.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="Price">The decision's suggested price.</param>
/// <param name="Qty">Two decimals.</param>
/// <param name="CreatedAt">The decision's timestamp, epoch milliseconds.</param>
public sealed record Order(
    Guid Id, Guid DecisionId, Guid SignalId, string Symbol, Side Side, decimal Price, decimal Qty, long CreatedAt)
{
    /// <summary>The status an order begins with.</summary>
    public const string PendingStatus = "PENDING";

    private const int JsonBytesMax = 640;

    /// <summary><c>ORD-</c> and the decision id's 32 hex digits: what the exchange would see.</summary>
    public string ClientOrderId => $"ORD-{DecisionId:N}";

    /// <summary>The id of the order that a decision gives.</summary>
    public static Guid IdOf(Guid decisionId) => NameBasedUuid.Create(decisionId, "order"u8);

    /// <summary>Writes the JSON that order events carry.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var json = new Utf8Text(output.GetSpan(JsonBytesMax));
        json.Uuid("{\"id\":"u8, Id);
        json.Text(",\"client_order_id\":"u8, ClientOrderId);
        json.Uuid(",\"decision_id\":"u8, DecisionId);
        json.Uuid(",\"signal_id\":"u8, SignalId);
        json.Text(",\"symbol\":"u8, Symbol);
        json.Text(",\"side\":"u8, Side.Text());
        json.Number(",\"price\":"u8, Price);
        json.Number(",\"qty\":"u8, Qty);
        json.Text(",\"status\":"u8, PendingStatus);
        json.Time(",\"created_at\":"u8, CreatedAt);
        json.Raw("}"u8);
        output.Advance(json.Length);
    }

    /// <summary>The same as a string.</summary>
    public string ToJson()
    {
        var output = new ArrayBufferWriter<byte>(JsonBytesMax);
        Write(output);
        return System.Text.Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
