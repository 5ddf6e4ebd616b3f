using System.Buffers.Binary;
using System.Numerics;

namespace FuturesEos.KafkaProtocol.Records;

/// <summary>
/// CRC-32C (Castagnoli) as Kafka's batches carry it; one instruction for eight bytes where the processor has it.
/// </summary>
public static class Crc32C
{
    /// <summary>The checksum of <paramref name="bytes"/>; "123456789" gives E3069283.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var single in bytes)
            crc = BitOperations.Crc32C(crc, single);
        return ~crc;
    }
}
