using System.Runtime.InteropServices;

namespace FuturesEos.Streams.State.RocksDb;

/// <summary>An error text of RocksDB, <c>Kind: detail</c>; the kind decides what is done about it.</summary>
internal sealed class RocksDbException(string message) : Exception(message)
{
    /// <summary>The files do not hold together: the store is rebuilt.</summary>
    public bool IsCorruption => Message.StartsWith("Corruption", StringComparison.Ordinal)
        || (Message.StartsWith("IO error", StringComparison.Ordinal)
            && Message.Contains("No such file", StringComparison.Ordinal))
        || Message.StartsWith("Invalid argument", StringComparison.Ordinal)
        || Message.StartsWith("Not found", StringComparison.Ordinal);

    /// <summary>Throws when a call has set its error pointer, and frees the text.</summary>
    public static void ThrowIf(nint error)
    {
        if (error == 0)
            return;
        var text = Marshal.PtrToStringUTF8(error) ?? "unknown error";
        Native.rocksdb_free(error);
        throw new RocksDbException(text);
    }
}
