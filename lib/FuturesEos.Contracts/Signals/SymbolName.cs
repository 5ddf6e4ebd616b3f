using System.Buffers;
using System.Text;

namespace FuturesEos.Contracts.Signals;

/// <summary>
/// Symbols: what they may be made of, and one string for each of the few that a process sees again and again.
/// </summary>
public static class SymbolName
{
    /// <summary>Longest symbol, in characters.</summary>
    public const int LengthMax = 32;

    private const int CacheSlots = 1024;
    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"u8);

    // one slot for each hash, the last one wins: bounded, and right whatever threads do (a reference is written whole)
    private static readonly string?[] Cache = new string?[CacheSlots];

    /// <summary>Whether a text matches <c>[A-Z0-9._-]{1,32}</c>.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8) =>
        utf8.Length is > 0 and <= LengthMax && !utf8.ContainsAnyExcept(Allowed);

    /// <summary>Whether a text matches <c>[A-Z0-9._-]{1,32}</c>.</summary>
    public static bool IsValid(string symbol) =>
        symbol.Length is > 0 and <= LengthMax && Ascii.IsValid(symbol) && IsValid(Encoding.ASCII.GetBytes(symbol));

    /// <summary>The string of a valid symbol.</summary>
    internal static string Intern(ReadOnlySpan<byte> symbol)
    {
        ref var slot = ref Cache[Murmur2.Hash(symbol) % CacheSlots];
        var cached = slot;
        if (cached is not null && Ascii.Equals(symbol, cached)) return cached;
        return slot = Encoding.ASCII.GetString(symbol);
    }
}
