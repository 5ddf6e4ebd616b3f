using System.Buffers;

namespace FuturesEos.Contracts.Signals;

/// <summary>A signal that is valid by itself: what stage 1 sends and stage 2 folds.</summary>
/// <param name="Id">The sender's own id, 1 to 64 printable ASCII characters; null: the content identifies it.</param>
/// <param name="Symbol"><c>[A-Z0-9._-]{1,32}</c>; the record's key.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="Qty">Above 0; at most 15 digits before and 8 after the point.</param>
/// <param name="Price">Above 0; at most 15 digits before and 8 after the point.</param>
/// <param name="Timeframe">The topic's.</param>
/// <param name="Ts">Epoch milliseconds; the record's timestamp.</param>
public readonly record struct Signal(
    string? Id, string Symbol, Side Side, decimal Qty, decimal Price, Timeframe Timeframe, long Ts)
{
    /// <summary>Longest JSON of a signal, in bytes: an id of 64 characters that are all escaped takes 128.</summary>
    private const int JsonBytesMax = 512;

    /// <summary>Writes the JSON of the contract, fields in its order; an absent id is left out.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var json = new Utf8Text(output.GetSpan(JsonBytesMax));
        json.Raw("{"u8);
        if (Id is not null)
        {
            json.Text("\"id\":"u8, Id);
            json.Raw(","u8);
        }

        json.Text("\"symbol\":"u8, Symbol);
        json.Text(",\"side\":"u8, Side.Text());
        json.Number(",\"qty\":"u8, Qty);
        json.Number(",\"price\":"u8, Price);
        json.Text(",\"timeframe\":"u8, Timeframe.Text());
        json.Number(",\"ts\":"u8, Ts);
        json.Raw("}"u8);
        output.Advance(json.Length);
    }
}
