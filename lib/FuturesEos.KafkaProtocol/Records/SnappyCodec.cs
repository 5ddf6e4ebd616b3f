using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// Snappy, bare (as librdkafka writes it) or in the blocks of Java's snappy stream:
/// <code>82 53 4E 41 50 50 59 00  00000001 version  00000001 oldest reader  then blocks: 00000012 length, bytes</code>
/// </summary>
internal static partial class SnappyCodec
{
    private const string Library = "snappy";
    private const int HeaderSize = 16;
    private const int BlockBytes = 32 << 10;

    private static ReadOnlySpan<byte> Header => [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1];

    public static void Decompress(ReadOnlySpan<byte> packed, UnpackBuffer output)
    {
        if (!packed.StartsWith(Header[..8]))
        {
            Block(packed, output);
            return;
        }

        for (packed = packed[Math.Min(HeaderSize, packed.Length)..]; packed.Length > 0;)
        {
            var length = packed.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32BigEndian(packed);
            if (length < 0 || length > packed.Length - sizeof(int))
                throw Compression.Corrupt(CompressionType.Snappy, "a block is cut short");
            Block(packed.Slice(sizeof(int), length), output);
            packed = packed[(sizeof(int) + length)..];
        }
    }

    public static byte[] Compress(ReadOnlySpan<byte> records)
    {
        using var output = new MemoryStream();
        output.Write(Header);
        Span<byte> size = stackalloc byte[sizeof(int)];
        var block = new byte[checked((int)MaxCompressedLength(BlockBytes))];
        for (; records.Length > 0; records = records[Math.Min(BlockBytes, records.Length)..])
        {
            var part = records[..Math.Min(BlockBytes, records.Length)];
            var length = (nuint)block.Length;
            if (CompressBlock(part, (nuint)part.Length, block, ref length) != 0)
                throw Compression.Corrupt(CompressionType.Snappy, "the library refused to compress");
            BinaryPrimitives.WriteInt32BigEndian(size, (int)length);
            output.Write(size);
            output.Write(block, 0, (int)length);
        }

        return output.ToArray();
    }

    private static void Block(ReadOnlySpan<byte> packed, UnpackBuffer output)
    {
        if (UncompressedLength(packed, (nuint)packed.Length, out var length) != 0)
            throw Compression.Corrupt(CompressionType.Snappy, "a block has no length");
        if (length == 0)
            return;
        var room = output.Room(length > int.MaxValue ? -1 : (int)length);
        if (Uncompress(packed, (nuint)packed.Length, room, ref length) != 0)
            throw Compression.Corrupt(CompressionType.Snappy, "a block is damaged");
        output.Advance((int)length);
    }

    [LibraryImport(Library, EntryPoint = "snappy_uncompressed_length")]
    private static partial int UncompressedLength(ReadOnlySpan<byte> packed, nuint packedLength, out nuint length);

    [LibraryImport(Library, EntryPoint = "snappy_uncompress")]
    private static partial int Uncompress(
        ReadOnlySpan<byte> packed, nuint packedLength, Span<byte> output, ref nuint length);

    [LibraryImport(Library, EntryPoint = "snappy_compress")]
    private static partial int CompressBlock(
        ReadOnlySpan<byte> input, nuint inputLength, Span<byte> packed, ref nuint packedLength);

    [LibraryImport(Library, EntryPoint = "snappy_max_compressed_length")]
    private static partial nuint MaxCompressedLength(nuint length);
}
