using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// LZ4 frames, as KIP-57 settled them:
/// <code>
/// 04224D18 magic  60 flags (version 1, independent blocks)  40 64-KiB blocks  82 header checksum
/// then blocks, 00000000
/// </code>
/// </summary>
internal static unsafe partial class Lz4Codec
{
    private const string Library = "lz4";
    private const uint Version = 100;
    private const int LevelAt = 32;

    // Kafka compresses quickly by its default level, and thoroughly by any other, lower ones included
    private const int KafkasDefaultLevel = 9;

    /// <summary>
    /// LZ4F_preferences_t: block size 64 KiB, independent blocks (Java reads no others), the rest default.
    /// </summary>
    private static ReadOnlySpan<byte> DefaultPreferences =>
    [
        4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    public static void Decompress(ReadOnlySpan<byte> packed, UnpackBuffer output)
    {
        Check(CreateContext(out var context, Version));
        try
        {
            while (packed.Length > 0)
            {
                var room = output.Room();
                var taken = (nuint)packed.Length;
                var given = (nuint)room.Length;
                var hint = Decompress(context, room, ref given, packed, ref taken, null);
                Check(hint);
                output.Advance((int)given);
                packed = packed[(int)taken..];
                if (hint == 0)
                    return;
                if (taken == 0 && given == 0)
                    break;
            }

            throw Compression.Corrupt(CompressionType.Lz4, "the frame is cut short");
        }
        finally
        {
            _ = FreeContext(context);
        }
    }

    public static byte[] Compress(ReadOnlySpan<byte> records, int? level)
    {
        Span<byte> preferences = stackalloc byte[DefaultPreferences.Length];
        DefaultPreferences.CopyTo(preferences);
        if (level is { } given and not KafkasDefaultLevel)
            BinaryPrimitives.WriteInt32LittleEndian(preferences[LevelAt..], given);
        var bound = FrameBound((nuint)records.Length, preferences);
        var output = new byte[checked((int)bound)];
        var length = CompressFrame(output, bound, records, (nuint)records.Length, preferences);
        Check(length);
        return output[..(int)length];
    }

    private static void Check(nuint code)
    {
        if (IsError(code) != 0)
            throw Compression.Corrupt(CompressionType.Lz4, Marshal.PtrToStringUTF8(ErrorName(code)) ?? "unknown error");
    }

    [LibraryImport(Library, EntryPoint = "LZ4F_createDecompressionContext")]
    private static partial nuint CreateContext(out nint context, uint version);

    [LibraryImport(Library, EntryPoint = "LZ4F_freeDecompressionContext")]
    private static partial nuint FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "LZ4F_decompress")]
    private static partial nuint Decompress(
        nint context,
        Span<byte> output,
        ref nuint outputLength,
        ReadOnlySpan<byte> input,
        ref nuint inputLength,
        void* options);

    [LibraryImport(Library, EntryPoint = "LZ4F_compressFrameBound")]
    private static partial nuint FrameBound(nuint length, ReadOnlySpan<byte> preferences);

    [LibraryImport(Library, EntryPoint = "LZ4F_compressFrame")]
    private static partial nuint CompressFrame(
        Span<byte> output, nuint capacity, ReadOnlySpan<byte> input, nuint length, ReadOnlySpan<byte> preferences);

    [LibraryImport(Library, EntryPoint = "LZ4F_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "LZ4F_getErrorName")]
    private static partial nint ErrorName(nuint code);
}
