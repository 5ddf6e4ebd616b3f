using System.Buffers.Binary;

namespace FuturesEos.Contracts;

/// <summary>
/// The Java client's partitioner (<c>org.apache.kafka.common.utils.Utils.murmur2</c>); librdkafka calls it
/// <c>murmur2</c>.
/// </summary>
public static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint M = 0x5bd1e995;
    private const int R = 24;

    /// <summary>The partition of a key.</summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (int)(Hash(key) & 0x7fffffff) % partitions;

    /// <summary>The hash itself.</summary>
    public static uint Hash(ReadOnlySpan<byte> key)
    {
        var h = Seed ^ (uint)key.Length;
        for (; key.Length >= 4; key = key[4..])
        {
            var k = BinaryPrimitives.ReadUInt32LittleEndian(key) * M;
            k ^= k >> R;
            h = (h * M) ^ (k * M);
        }

        if (key.Length >= 3) h ^= (uint)key[2] << 16;
        if (key.Length >= 2) h ^= (uint)key[1] << 8;
        if (key.Length >= 1) h = (h ^ key[0]) * M;
        h ^= h >> 13;
        h *= M;
        return h ^ (h >> 15);
    }
}
