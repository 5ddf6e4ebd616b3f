using System.Buffers;
using System.Numerics;

namespace FuturesEos.KafkaProtocol.Primitives;

/// <summary>
/// Buffers out of the shared pool, large ones out of the heap. The pool keeps an array of each size for every thread
/// that gave one back: where memory is short (a container's limit, <c>DOTNET_GCHeapHardLimit</c>) a few large ones of
/// each thread would be all of it.
/// </summary>
public static class PooledBytes
{
    private const int LargestEver = 16 << 20;
    private const int SmallestEver = 64 << 10;

    // with 4 GiB or more the limit plays no part
    private const int ShareOfMemory = 256;

    /// <summary>A larger buffer does not come out of the pool.</summary>
    public static int PooledMax { get; } = 1 << BitOperations.Log2((uint)Math.Clamp(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory, SmallestEver, LargestEver));

    /// <summary>A buffer of at least so many bytes.</summary>
    public static byte[] Rent(int bytes) =>
        bytes <= PooledMax ? ArrayPool<byte>.Shared.Rent(bytes) : GC.AllocateUninitializedArray<byte>(bytes);

    /// <summary>Gives a buffer back that <see cref="Rent"/> gave.</summary>
    public static void Return(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (buffer.Length <= PooledMax)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
