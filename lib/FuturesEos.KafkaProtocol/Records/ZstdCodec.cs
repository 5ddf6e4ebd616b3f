using System.Runtime.InteropServices;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>Zstandard frames (KIP-110): <code>28B52FFD magic  then header, blocks</code></summary>
internal static unsafe partial class ZstdCodec
{
    private const string Library = "zstd";
    private const int Level = 3;

    public static void Decompress(ReadOnlySpan<byte> packed, UnpackBuffer output)
    {
        var stream = CreateStream();
        try
        {
            fixed (byte* start = packed)
            {
                var input = new Chunk { Start = start, Length = (nuint)packed.Length };
                while (true)
                {
                    var left = Step(stream, ref input, output);
                    if (left == 0 && input.Position == input.Length)
                        return;
                }
            }
        }
        finally
        {
            _ = FreeStream(stream);
        }
    }

    public static byte[] Compress(ReadOnlySpan<byte> records, int? level)
    {
        var output = new byte[checked((int)Bound((nuint)records.Length))];
        var length = Compress(output, (nuint)output.Length, records, (nuint)records.Length, level ?? Level);
        Check(length);
        return output[..(int)length];
    }

    private static nuint Step(nint stream, ref Chunk input, UnpackBuffer output)
    {
        var room = output.Room();
        var before = input.Position;
        fixed (byte* to = room)
        {
            var chunk = new Chunk { Start = to, Length = (nuint)room.Length };
            var left = Decompress(stream, ref chunk, ref input);
            Check(left);
            output.Advance((int)chunk.Position);
            if (left != 0 && chunk.Position == 0 && input.Position == before)
                throw Compression.Corrupt(CompressionType.Zstd, "the frame is cut short");
            return left;
        }
    }

    private static void Check(nuint code)
    {
        if (IsError(code) != 0)
        {
            throw Compression.Corrupt(
                CompressionType.Zstd, Marshal.PtrToStringUTF8(ErrorName(code)) ?? "unknown error");
        }
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createDStream")]
    private static partial nint CreateStream();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDStream")]
    private static partial nuint FreeStream(nint stream);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    private static partial nuint Decompress(nint stream, ref Chunk output, ref Chunk input);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressBound")]
    private static partial nuint Bound(nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress")]
    private static partial nuint Compress(
        Span<byte> output, nuint capacity, ReadOnlySpan<byte> input, nuint length, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorName(nuint code);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which are laid out alike.</summary>
    private struct Chunk
    {
        public byte* Start;
        public nuint Length;
        public nuint Position;
    }
}
