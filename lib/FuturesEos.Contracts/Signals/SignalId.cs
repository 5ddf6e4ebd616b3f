namespace FuturesEos.Contracts.Signals;

/// <summary>The identity of a signal: the same however often and by whomever it was sent.</summary>
public static class SignalId
{
    /// <summary>Namespace of signal ids.</summary>
    public static readonly Guid Namespace = new("6c6b5e4a-6d0f-5a39-9c1e-0f1d0c9b7a21");

    private const int NameBytesMax = 256;

    /// <summary>
    /// UUIDv5 of the lines <c>id</c>, symbol, timeframe, ts, id — or, for a signal without an id, <c>content</c>,
    /// symbol, timeframe, ts, side, qty, price.
    /// </summary>
    public static Guid Of(in Signal signal)
    {
        Span<byte> buffer = stackalloc byte[NameBytesMax];
        var name = new Utf8Text(buffer);
        name.Raw(signal.Id is null ? "content\n"u8 : "id\n"u8);
        name.Ascii(signal.Symbol);
        name.Raw("\n"u8);
        name.Raw(signal.Timeframe.Utf8());
        name.Number("\n"u8, signal.Ts);
        name.Raw("\n"u8);
        if (signal.Id is not null)
        {
            name.Ascii(signal.Id);
        }
        else
        {
            name.Raw(signal.Side.Utf8());
            name.Number("\n"u8, signal.Qty);
            name.Number("\n"u8, signal.Price);
        }

        return NameBasedUuid.Create(Namespace, buffer[..name.Length]);
    }
}
