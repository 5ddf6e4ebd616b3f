using System.Buffers;

namespace FuturesEos.Contracts.Decisions;

/// <summary>
/// What follows from a signal and the window it fell into. Nothing in it comes from a clock or a random source.
/// </summary>
/// <param name="Id">UUIDv5 in the namespace of the signal's id, of <c>decision</c>.</param>
/// <param name="SignalId">The signal's identity; also in the header <see cref="SignalIdHeader"/>.</param>
/// <param name="Symbol">The record's key.</param>
/// <param name="Action">What it recommends.</param>
/// <param name="Reason">Why.</param>
/// <param name="Confidence">0 to 1, four decimals.</param>
/// <param name="SuggestedPrice">Eight decimals.</param>
/// <param name="SuggestedQty">Four decimals; 0 when nothing is recommended.</param>
/// <param name="WindowStart">Epoch milliseconds, inclusive.</param>
/// <param name="WindowEnd">Epoch milliseconds, exclusive.</param>
/// <param name="SignalCount">Unique signals of the window so far, this one included.</param>
/// <param name="Net">Buys − sells over them.</param>
/// <param name="Timestamp">The signal's time, epoch milliseconds; the record's timestamp.</param>
public sealed record Decision(
    Guid Id,
    Guid SignalId,
    string Symbol,
    DecisionAction Action,
    DecisionReason Reason,
    decimal Confidence,
    decimal SuggestedPrice,
    decimal SuggestedQty,
    long WindowStart,
    long WindowEnd,
    int SignalCount,
    int Net,
    long Timestamp)
{
    /// <summary>Header with the signal's identity, as UTF-8 text.</summary>
    public const string SignalIdHeader = "signal_id";

    private const int JsonBytesMax = 640;

    /// <summary>The id of the decision that a signal gives.</summary>
    public static Guid IdOf(Guid signalId) => NameBasedUuid.Create(signalId, "decision"u8);

    /// <summary>
    /// Writes the JSON of the contract, fields in its order, numbers plain and without trailing zeros.
    /// </summary>
    public void Write(IBufferWriter<byte> output)
    {
        var json = new Utf8Text(output.GetSpan(JsonBytesMax));
        json.Uuid("{\"id\":"u8, Id);
        json.Uuid(",\"signal_id\":"u8, SignalId);
        json.Text(",\"symbol\":"u8, Symbol);
        json.Text(",\"action\":"u8, Action.Text());
        json.Text(",\"reason\":"u8, Reason.Text());
        json.Number(",\"confidence\":"u8, Confidence);
        json.Number(",\"suggested_price\":"u8, SuggestedPrice);
        json.Number(",\"suggested_qty\":"u8, SuggestedQty);
        json.Time(",\"window_start\":"u8, WindowStart);
        json.Time(",\"window_end\":"u8, WindowEnd);
        json.Number(",\"signal_count\":"u8, SignalCount);
        json.Number(",\"net\":"u8, Net);
        json.Time(",\"timestamp\":"u8, Timestamp);
        json.Raw("}"u8);
        output.Advance(json.Length);
    }
}
