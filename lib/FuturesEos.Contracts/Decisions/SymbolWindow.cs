using System.Buffers.Binary;

namespace FuturesEos.Contracts.Decisions;

/// <summary>
/// State of one symbol in one window, kept in the bytes that are stored: changed in place, copied out and in. The ids
/// taken are not in it: they are stored one by one, so that a record does not rewrite all earlier ids of a busy window.
/// </summary>
/// <remarks>
/// Little-endian; amounts are whole numbers of 10⁻⁸, low 8 bytes and high 2 (15 + 8 digits need 77 bits), oldest
/// first:
/// <code>
/// 0    02                     version
/// 1    02 00 00               prices of 1m, 5m, 15m there are (at most 10 each)
/// 4    02                     quantities there are (at most 5)
/// 5    00 00 00
/// 8    00 00 00 00            net = buys − sells over all unique signals
/// 12   02 00 00 00            unique signals
/// 16   01 00 00 00 00 00      for each timeframe: bit i is set when the i-th price's side was BUY
/// 22   …                      3 × 10 prices
/// 322  …                      5 quantities
/// </code>
/// Version 1 had one high byte for an amount (12 + 8 digits); it is read, and stored again in this form.
/// </remarks>
public sealed class SymbolWindow
{
    /// <summary>Size of the stored form, in bytes.</summary>
    public const int Size = QuantitiesAt + (QuantitiesMax * AmountBytes);

    /// <summary>Prices kept of each timeframe.</summary>
    public const int PricesMax = 10;

    /// <summary>Quantities kept.</summary>
    public const int QuantitiesMax = 5;

    private const byte Version = 2;
    private const int AmountBytes = 10;
    private const byte VersionOfNineBytes = 1;
    private const int NineBytes = 9;
    private const int PriceCountsAt = 1;
    private const int QuantityCountAt = 4;
    private const int NetAt = 8;
    private const int CountAt = 12;
    private const int SidesAt = 16;
    private const int PricesAt = 22;
    private const int QuantitiesAt = PricesAt + (Timeframes.Count * PricesMax * AmountBytes);
    private const int Amounts = (Timeframes.Count * PricesMax) + QuantitiesMax;

    private readonly byte[] _bytes = new byte[Size];

    /// <summary>Makes the state of a window without signals.</summary>
    public SymbolWindow() => Clear();

    /// <summary>The stored form; valid until the next change.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Buys − sells over all unique signals of the window.</summary>
    public int Net => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(NetAt));

    /// <summary>Unique signals of the window.</summary>
    public int SignalCount => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(CountAt));

    internal int QuantityCount => _bytes[QuantityCountAt];

    /// <summary>Back to a window without signals.</summary>
    public void Clear()
    {
        _bytes.AsSpan().Clear();
        _bytes[0] = Version;
    }

    /// <summary>Takes a stored form; false when it is none, with the window cleared.</summary>
    public bool TryLoad(ReadOnlySpan<byte> stored)
    {
        Clear();
        var amountBytes = stored is [var version, ..] ? AmountBytesOf(version) : 0;
        if (amountBytes == 0 || stored.Length != PricesAt + (Amounts * amountBytes)
            || stored[QuantityCountAt] > QuantitiesMax
            || stored.Slice(PriceCountsAt, Timeframes.Count).ContainsAnyExceptInRange((byte)0, (byte)PricesMax))
            return false;
        stored[1..PricesAt].CopyTo(_bytes.AsSpan(1));
        for (var i = 0; i < Amounts; i++)
            stored.Slice(PricesAt + (i * amountBytes), amountBytes).CopyTo(_bytes.AsSpan(PricesAt + (i * AmountBytes)));
        return true;
    }

    internal int PriceCount(Timeframe timeframe) => _bytes[PriceCountsAt + (int)timeframe];

    internal UInt128 Price(Timeframe timeframe, int index) => Amount(PriceAt(timeframe, index));

    internal UInt128 Quantity(int index) => Amount(QuantitiesAt + (index * AmountBytes));

    /// <summary>Buys − sells over the last ten of a timeframe.</summary>
    internal int Lead(Timeframe timeframe)
    {
        var buys = System.Numerics.BitOperations.PopCount(Sides(timeframe));
        return buys - (PriceCount(timeframe) - buys);
    }

    /// <summary>Adds a signal; the eleventh price and the sixth quantity push out the oldest.</summary>
    internal void Add(Timeframe timeframe, Side side, UInt128 price, UInt128 quantity)
    {
        var sides = Sides(timeframe);
        ref var prices = ref _bytes[PriceCountsAt + (int)timeframe];
        if (prices == PricesMax)
        {
            Shift(PriceAt(timeframe, 0), PricesMax);
            sides >>= 1;
            prices--;
        }

        if (side == Side.Buy) sides |= (ushort)(1 << prices);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(SidesAt + (2 * (int)timeframe)), sides);
        SetAmount(PriceAt(timeframe, prices++), price);

        ref var quantities = ref _bytes[QuantityCountAt];
        if (quantities == QuantitiesMax)
        {
            Shift(QuantitiesAt, QuantitiesMax);
            quantities--;
        }

        SetAmount(QuantitiesAt + (quantities++ * AmountBytes), quantity);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(NetAt), Net + (side == Side.Buy ? 1 : -1));
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(CountAt), SignalCount + 1);
    }

    /// <summary>0: a version that this program does not read.</summary>
    private static int AmountBytesOf(byte version) => version switch
    {
        Version => AmountBytes,
        VersionOfNineBytes => NineBytes,
        _ => 0,
    };

    private static int PriceAt(Timeframe timeframe, int index) =>
        PricesAt + ((((int)timeframe * PricesMax) + index) * AmountBytes);

    private ushort Sides(Timeframe timeframe) =>
        BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(SidesAt + (2 * (int)timeframe)));

    private UInt128 Amount(int at) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at + 8)),
        BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at)));

    private void SetAmount(int at, UInt128 units)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(at), (ulong)units);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(at + 8), (ushort)(units >> 64));
    }

    private void Shift(int at, int amounts) =>
        _bytes.AsSpan(at + AmountBytes, (amounts - 1) * AmountBytes).CopyTo(_bytes.AsSpan(at));
}
