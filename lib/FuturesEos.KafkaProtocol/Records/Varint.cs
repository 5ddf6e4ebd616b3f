namespace FuturesEos.KafkaProtocol.Records;

/// <summary>The zig-zag variable-length integers of records: 0 is 00, -1 is 01, 1 is 02, 64 is 80 01.</summary>
internal static class Varint
{
    public const int MaxBytes = 10;

    /// <summary>Takes one number off <paramref name="bytes"/>.</summary>
    /// <exception cref="InvalidRecordException">The bytes end inside it, or it has more than ten.</exception>
    public static long Take(scoped ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && bytes[0] < 0x80)
        {
            var first = bytes[0];
            bytes = bytes[1..];
            return (first >> 1) ^ -(first & 1);
        }

        var raw = 0UL;
        for (var i = 0; i < Math.Min(bytes.Length, MaxBytes); i++)
        {
            raw |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80)
                continue;
            bytes = bytes[(i + 1)..];
            return (long)(raw >> 1) ^ -(long)(raw & 1);
        }

        throw new InvalidRecordException(KafkaError.InvalidRecord, "a record ends inside a number");
    }

    /// <summary>Writes <paramref name="value"/> and gives the bytes it took.</summary>
    public static int Write(Span<byte> to, long value)
    {
        var raw = (ulong)((value << 1) ^ (value >> 63));
        var length = 0;
        while (raw >= 0x80)
        {
            to[length++] = (byte)(raw | 0x80);
            raw >>= 7;
        }

        to[length++] = (byte)raw;
        return length;
    }

    public static int SizeOf(long value)
    {
        var raw = (ulong)((value << 1) ^ (value >> 63));
        return (int)((uint)System.Numerics.BitOperations.Log2(raw | 1) / 7) + 1;
    }
}
