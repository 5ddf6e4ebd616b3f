namespace FuturesEos.Contracts;

/// <summary>The sides' texts.</summary>
public static class Sides
{
    /// <summary>As JSON writes it: <c>BUY</c>, <c>SELL</c>.</summary>
    public static string Text(this Side side) => side == Side.Buy ? "BUY" : "SELL";

    /// <summary>The same as UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8(this Side side) => side == Side.Buy ? "BUY"u8 : "SELL"u8;

    /// <summary>Reads <c>BUY</c> or <c>SELL</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Side side)
    {
        side = text.SequenceEqual("BUY"u8) ? Side.Buy : Side.Sell;
        return side == Side.Buy || text.SequenceEqual("SELL"u8);
    }
}
