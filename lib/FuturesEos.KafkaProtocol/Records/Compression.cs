using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// Packs and unpacks the records of a batch. gzip is .NET's; snappy, lz4 and zstd are the system's libraries, looked
/// for when first needed, so that a machine without them can do all but that.
/// </summary>
public static class Compression
{
    /// <summary>Limit of unpacked bytes where the caller has none.</summary>
    public const int DefaultMaxBytes = 128 << 20;

    private const int ExpectedRatio = 4;

    static Compression() => NativeLibrary.SetDllImportResolver(typeof(Compression).Assembly, Resolve);

    /// <summary>The bytes that <paramref name="packed"/> stands for.</summary>
    /// <exception cref="InvalidRecordException">
    /// CORRUPT_MESSAGE, MESSAGE_TOO_LARGE past the limit, UNSUPPORTED_COMPRESSION_TYPE for an unknown type or
    /// a missing library.
    /// </exception>
    public static byte[] Decompress(CompressionType type, ReadOnlySpan<byte> packed, int maxBytes)
    {
        using var output = Unpack(type, packed, maxBytes);
        return output.Written.ToArray();
    }

    internal static UnpackBuffer Unpack(CompressionType type, ReadOnlySpan<byte> packed, int maxBytes)
    {
        if (packed.IsEmpty)
            throw Corrupt(type, "there are none");
        var output = new UnpackBuffer((int)Math.Min(int.MaxValue, (long)packed.Length * ExpectedRatio), maxBytes);
        try
        {
            switch (type)
            {
                case CompressionType.Gzip: Gunzip(packed, output); break;
                case CompressionType.Snappy: SnappyCodec.Decompress(packed, output); break;
                case CompressionType.Lz4: Lz4Codec.Decompress(packed, output); break;
                case CompressionType.Zstd: ZstdCodec.Decompress(packed, output); break;
                default: throw Unsupported(type, null);
            }
        }
        catch (Exception cause) when (cause is DllNotFoundException or EntryPointNotFoundException)
        {
            throw Unsupported(type, cause);
        }

        return output;
    }

    /// <summary>Packs <paramref name="records"/>, by a level of Kafka's settings or by the codec's own.</summary>
    /// <exception cref="InvalidRecordException">UNSUPPORTED_COMPRESSION_TYPE for an unknown type or
    /// a missing library.</exception>
    public static byte[] Compress(CompressionType type, ReadOnlySpan<byte> records, int? level = null)
    {
        try
        {
            return type switch
            {
                CompressionType.Gzip => Gzip(records, level),
                CompressionType.Snappy => SnappyCodec.Compress(records),
                CompressionType.Lz4 => Lz4Codec.Compress(records, level),
                CompressionType.Zstd => ZstdCodec.Compress(records, level),
                _ => throw Unsupported(type, null),
            };
        }
        catch (Exception cause) when (cause is DllNotFoundException or EntryPointNotFoundException)
        {
            throw Unsupported(type, cause);
        }
    }

    internal static InvalidRecordException Corrupt(CompressionType type, string why) =>
        new(KafkaError.CorruptMessage, $"{type.ToString().ToLowerInvariant()} records cannot be unpacked: {why}");

    private static unsafe void Gunzip(ReadOnlySpan<byte> packed, UnpackBuffer output)
    {
        fixed (byte* start = packed)
        {
            using var input = new UnmanagedMemoryStream(start, packed.Length);
            using var gzip = new GZipStream(input, CompressionMode.Decompress);
            try
            {
                for (int read; (read = gzip.Read(output.Room())) > 0;)
                    output.Advance(read);
            }
            catch (InvalidDataException cause)
            {
                throw Corrupt(CompressionType.Gzip, cause.Message);
            }
        }
    }

    private static byte[] Gzip(ReadOnlySpan<byte> records, int? level)
    {
        using var output = new MemoryStream();
        using (var gzip = level is { } given
            ? new GZipStream(output, new ZLibCompressionOptions { CompressionLevel = given }, leaveOpen: true)
            : new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(records);
        }

        return output.ToArray();
    }

    private static InvalidRecordException Unsupported(CompressionType type, Exception? cause) => cause is null
        ? new(KafkaError.UnsupportedCompressionType, $"compression type {(int)type} is unknown")
        : new(
            KafkaError.UnsupportedCompressionType,
            $"the library for {type.ToString().ToLowerInvariant()} is not installed: {cause.Message}", cause);

    /// <summary>Linux packages the libraries with their ABI number; elsewhere the plain name is found.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var candidate in (string[])[$"lib{name}.so.1", name, $"lib{name}"])
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var library))
                return library;
        }

        return 0;
    }
}
