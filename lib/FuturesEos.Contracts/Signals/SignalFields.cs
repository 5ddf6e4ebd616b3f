using FuturesEos.Contracts.Json;

namespace FuturesEos.Contracts.Signals;

/// <summary>The seven fields of a signal.</summary>
internal readonly struct SignalFields : IFieldNames
{
    public const int Id = 0;
    public const int Symbol = 1;
    public const int Side = 2;
    public const int Qty = 3;
    public const int Price = 4;
    public const int Timeframe = 5;
    public const int Ts = 6;

    public static int Count => 7;

    public static int IndexOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => Id,
        2 when name.SequenceEqual("ts"u8) => Ts,
        3 when name.SequenceEqual("qty"u8) => Qty,
        4 when name.SequenceEqual("side"u8) => Side,
        5 when name.SequenceEqual("price"u8) => Price,
        6 when name.SequenceEqual("symbol"u8) => Symbol,
        9 when name.SequenceEqual("timeframe"u8) => Timeframe,
        _ => -1,
    };
}
