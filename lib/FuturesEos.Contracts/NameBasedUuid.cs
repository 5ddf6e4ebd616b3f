using System.Security.Cryptography;
using System.Text;

namespace FuturesEos.Contracts;

/// <summary>
/// UUID version 5 (RFC 9562, 5.5): an id that follows from its cause, so that whoever repeats the work makes the same
/// id again.
/// </summary>
public static class NameBasedUuid
{
    /// <summary>Names up to this many bytes are hashed without an allocation.</summary>
    private const int StackNameBytesMax = 512;

    /// <summary>SHA-1 over namespace and name, first 16 bytes, version and variant set.</summary>
    /// <param name="namespaceId">The namespace.</param>
    /// <param name="name">UTF-8.</param>
    public static Guid Create(Guid namespaceId, ReadOnlySpan<byte> name)
    {
        var length = 16 + name.Length;
        var input = length <= StackNameBytesMax ? stackalloc byte[StackNameBytesMax] : new byte[length];
        namespaceId.TryWriteBytes(input, bigEndian: true, out _);
        name.CopyTo(input[16..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(input[..length], hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>The same, of a text.</summary>
    public static Guid Create(Guid namespaceId, string name) => Create(namespaceId, Encoding.UTF8.GetBytes(name));
}
