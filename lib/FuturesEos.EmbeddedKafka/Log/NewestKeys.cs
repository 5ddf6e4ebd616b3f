using System.Security.Cryptography;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Newest offset of each key, by the key's 128-bit hash as in Kafka: 40 bytes a key whatever its length.
/// </summary>
internal sealed class NewestKeys
{
    private readonly Dictionary<UInt128, long> _offsets = [];

    public int Count => _offsets.Count;

    public void Add(ReadOnlySpan<byte> key, long offset) => _offsets[Hash(key)] = offset;

    /// <summary>No newer record of the key is known.</summary>
    public bool IsNewest(ReadOnlySpan<byte> key, long offset) =>
        !_offsets.TryGetValue(Hash(key), out var newest) || offset >= newest;

    private static UInt128 Hash(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[16];
#pragma warning disable CA5351 // no secret: it only has to spread, and MD5 is what spreads 128 bits in the base library
        MD5.HashData(key, hash);
#pragma warning restore CA5351
        return System.Runtime.InteropServices.MemoryMarshal.Read<UInt128>(hash);
    }
}
