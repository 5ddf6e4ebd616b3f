using System.Buffers.Binary;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>Bytes with one to four things wrong.</summary>
internal static class Mutation
{
    public static byte[] Of(byte[] bytes, Random random)
    {
        for (var i = random.Next(1, 5); i > 0 && bytes.Length > 8; i--)
        {
            var at = random.Next(bytes.Length - 8);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
                case 2:
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), Number(random));
                    break;
                case 3:
                    BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(at), (short)Number(random));
                    break;
                case 4:
                    bytes = [.. bytes[..at], .. bytes[random.Next(at + 1)..]];
                    break;
                default:
                    bytes.AsSpan(at, random.Next(1, 8)).Fill((byte)(random.Next(2) == 0 ? 0xff : 0x80));
                    break;
            }
        }

        return bytes;
    }

    private static int Number(Random random) => random.Next(5) switch
    {
        0 => int.MaxValue,
        1 => int.MinValue,
        2 => -1,
        3 => random.Next(100_000),
        _ => random.Next(),
    };
}
