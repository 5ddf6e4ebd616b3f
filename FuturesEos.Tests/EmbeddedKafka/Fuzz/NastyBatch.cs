using System.Buffers.Binary;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// Records as a client would send them, half of them with one field of the header that lies under a right checksum; now and
/// then a few bytes that unpack to many, two batches in one, or a piece of one.
/// </summary>
internal static class NastyBatch
{
    private static readonly (int At, int Size)[] Fields =
        [(0, 8), (8, 4), (12, 4), (16, 1), (21, 2), (23, 4), (27, 8), (35, 8), (43, 8), (51, 2), (53, 4), (57, 4)];

    private static readonly Lazy<byte[][]> Bombs = new(() =>
    [
        .. ((CompressionType[])[CompressionType.Gzip, CompressionType.Lz4, CompressionType.Zstd]).Select(codec =>
        {
            var builder = new RecordBatchBuilder { Compression = codec };
            builder.Add(1, "k"u8, new byte[Compression.DefaultMaxBytes]);
            return builder.Build();
        }),
    ]);

    public static byte[] Of(Random random)
    {
        switch (random.Next(100))
        {
            case 0 or 1:
                return [];
            case 2:
                return (byte[])Bombs.Value[random.Next(Bombs.Value.Length)].Clone();
            case 3 or 4 or 5:
                return [.. Single(random), .. Single(random)];
            case 6 or 7 or 8:
                var whole = Single(random);
                return whole[..random.Next(whole.Length)];
            default:
                return Single(random);
        }
    }

    private static byte[] Single(Random random)
    {
        var isMarker = random.Next(15) == 0;
        var builder = new RecordBatchBuilder
        {
            Compression = isMarker ? CompressionType.None : (CompressionType)random.Next(5),
            ProducerId = random.Next(3) == 0 ? -1 : NastyFiller.ProducerId(random),
            ProducerEpoch = (short)random.Next(-1, 3),
            BaseSequence = random.Next(-1, 4),
            IsTransactional = random.Next(3) == 0,
            IsControl = isMarker,
        };
        for (var i = random.Next(1, 4); i > 0; i--)
            builder.Add(1_700_000_000_000 + i, isMarker ? new byte[4] : [(byte)i], new byte[random.Next(50)], ("h", [1]));
        var batch = builder.Build();
        if (random.Next(2) == 0)
            Lie(batch, random);
        return batch;
    }

    private static void Lie(byte[] batch, Random random)
    {
        var (at, size) = Fields[random.Next(Fields.Length)];
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, random.Next(6) switch
        {
            0 => -1,
            1 => long.MinValue,
            2 => int.MaxValue,
            3 => int.MinValue,
            4 => random.Next(100),
            _ => random.NextInt64(),
        });
        number[^size..].CopyTo(batch.AsSpan(at));
        RecordBatch.Seal(batch);
    }
}
