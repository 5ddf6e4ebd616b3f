using System.Text;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.KafkaProtocol.Records;

/// <summary>Record batches against bytes of Kafka's own classes, and against bytes of nobody.</summary>
public sealed class RecordBatchTests
{
    private const long Time = 1_700_000_000_000;

    public static TheoryData<string, CompressionType> Golden => new()
    {
        { GoldenBatches.None, CompressionType.None },
        { GoldenBatches.Transactional, CompressionType.None },
        { GoldenBatches.Gzip, CompressionType.Gzip },
        { GoldenBatches.Snappy, CompressionType.Snappy },
        { GoldenBatches.Lz4, CompressionType.Lz4 },
        { GoldenBatches.Zstd, CompressionType.Zstd },
    };

    public static TheoryData<CompressionType> Codecs => [.. Enum.GetValues<CompressionType>()];

    [Theory]
    [MemberData(nameof(Golden))]
    public void a_batch_that_java_wrote_is_read(string hex, CompressionType compression)
    {
        var batch = new RecordBatch(Convert.FromHexString(hex));
        Assert.True(batch.HasValidCrc);
        Assert.Equal((compression, 3, 2, Time + 7),
            (batch.Compression, batch.RecordCount, batch.LastOffsetDelta, batch.MaxTimestamp));
        var at = batch.BaseOffset;
        Assert.Equal(
            [$"{at} {Time} k=value-value-value []", $"{at + 1} {Time + 7} k2=null [h=x,n=null]",
                $"{at + 2} {Time - 10} null= []"], Shown(batch));
    }

    [Fact]
    public void the_header_of_a_transactional_batch_is_read()
    {
        var batch = new RecordBatch(Convert.FromHexString(GoldenBatches.Transactional));
        Assert.True(batch.IsTransactional && !batch.IsControl && batch.HasProducerId);
        Assert.Equal((42, 44, 1000, (short)3, 7, 9),
            (batch.BaseOffset, batch.LastOffset, batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence,
                batch.LastSequence));
    }

    [Fact]
    public void the_builder_writes_what_java_writes()
    {
        Assert.Equal(GoldenBatches.None, Convert.ToHexString(Fill(new RecordBatchBuilder())));
        Assert.Equal(
            GoldenBatches.Transactional,
            Convert.ToHexString(Fill(new RecordBatchBuilder
            {
                BaseOffset = 42, ProducerId = 1000, ProducerEpoch = 3, BaseSequence = 7, IsTransactional = true,
            })));
    }

    [Fact]
    public void markers_are_those_of_java()
    {
        var commit = new ControlRecord(ControlType.Commit, 7).ToBatch(1000, 3, Time);
        RecordBatch.Place(commit, 42, 0);
        Assert.Equal(GoldenBatches.Commit, Convert.ToHexString(commit));
        Assert.Equal(
            GoldenBatches.Abort, Convert.ToHexString(new ControlRecord(ControlType.Abort, 7).ToBatch(1000, 3, Time)));
        Assert.True(ControlRecord.TryRead(new RecordBatch(commit), out var read));
        Assert.Equal(new ControlRecord(ControlType.Commit, 7), read);
    }

    [Fact]
    public void a_marker_of_an_unknown_kind_is_skipped_and_a_longer_one_is_read()
    {
        Assert.False(ControlRecord.TryRead(new RecordBatch(Control([0, 0, 0, 5], [0, 0])), out _));
        Assert.True(ControlRecord.TryRead(
            new RecordBatch(Control([0, 9, 0, 1, 7, 7], [0, 9, 0, 0, 0, 3, 1, 2, 3])), out var read));
        Assert.Equal(new ControlRecord(ControlType.Commit, 3), read);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void what_is_packed_is_unpacked(CompressionType codec)
    {
        var random = new Random(1);
        foreach (var size in (int[])[0, 1, 100, 40_000, 3_000_000])
        {
            var builder = new RecordBatchBuilder { Compression = codec };
            var value = new byte[size];
            random.NextBytes(value.AsSpan(0, size / 2));
            builder.Add(Time, null, value);
            var reader = new RecordReader(new RecordBatch(builder.Build()));
            Assert.True(reader.TryRead(out var record));
            Assert.True(value.AsSpan().SequenceEqual(record.Value));
            Assert.False(reader.TryRead(out _));
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void a_batch_that_unpacks_to_too_much_is_refused(CompressionType codec)
    {
        if (codec == CompressionType.None)
            return;
        var packed = Compression.Compress(codec, new byte[8 << 20]);
        Assert.Equal(
            KafkaError.MessageTooLarge, Error(() => _ = Compression.Decompress(codec, packed, 1 << 20).Length));
        Assert.Equal(8 << 20, Compression.Decompress(codec, packed, 8 << 20).Length);
    }

    [Fact]
    public void snappy_without_frames_is_read()
    {
        // What librdkafka writes: length 5, then a literal of five bytes.
        Assert.Equal("hello"u8.ToArray(),
            Compression.Decompress(CompressionType.Snappy, Convert.FromHexString("05" + "10" + "68656C6C6F"), 100));
    }

    [Fact]
    public void an_unknown_codec_has_its_own_error() =>
        Assert.Equal(KafkaError.UnsupportedCompressionType,
            Error(() => _ = Compression.Decompress((CompressionType)6, [1, 2, 3], 100).Length));

    [Theory]
    [MemberData(nameof(Golden))]
    public void damaged_records_never_cause_anything_but_their_own_error(string hex, CompressionType compression)
    {
        var random = new Random((int)compression);
        var good = Convert.FromHexString(hex);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = good.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(RecordBatch.HeaderSize, bytes.Length)] ^= (byte)(1 << random.Next(8));
            var length = random.Next(4) == 0 ? random.Next(RecordBatch.HeaderSize, bytes.Length) : bytes.Length;
            try
            {
                Shown(new RecordBatch(bytes.AsSpan(0, length)));
            }
            catch (InvalidRecordException)
            {
                // The only one allowed.
            }
        }
    }

    [Fact]
    public void a_batch_cut_short_is_not_taken()
    {
        var bytes = Convert.FromHexString(GoldenBatches.None);
        for (var length = 0; length < bytes.Length; length++)
        {
            ReadOnlySpan<byte> rest = bytes.AsSpan(0, length);
            Assert.False(RecordBatch.TryTake(ref rest, out _));
        }
    }

    [Fact]
    public void append_time_replaces_the_records_times_and_renews_the_checksum()
    {
        var bytes = Convert.FromHexString(GoldenBatches.None);
        RecordBatch.StampAppendTime(bytes, 5);
        var batch = new RecordBatch(bytes);
        Assert.True(batch.HasValidCrc);
        Assert.All(Shown(batch), line => Assert.Contains(" 5 ", line));
    }

    [Fact]
    public void the_checksum_is_crc_32c() => Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));

    [Theory]
    [InlineData(int.MaxValue, 1, 0)]
    [InlineData(int.MaxValue, 3, 2)]
    [InlineData(0, -1, int.MaxValue)]
    [InlineData(5, 2, 7)]
    public void sequences_count_in_a_circle(int from, int steps, int expected) =>
        Assert.Equal(expected, RecordBatch.SequenceAfter(from, steps));

    private static byte[] Fill(RecordBatchBuilder builder)
    {
        builder.Add(Time, "k"u8, "value-value-value"u8);
        builder.Add(Time + 7, "k2"u8.ToArray(), null, ("h", "x"u8.ToArray()), ("n", null));
        builder.Add(Time - 10, (byte[]?)null, Array.Empty<byte>());
        return builder.Build();
    }

    private static byte[] Control(byte[] key, byte[] value)
    {
        var builder = new RecordBatchBuilder
        { ProducerId = 1, ProducerEpoch = 0, IsTransactional = true, IsControl = true };
        builder.Add(Time, key.AsSpan(), value.AsSpan());
        return builder.Build();
    }

    private static KafkaError Error(Action action) => Assert.Throws<InvalidRecordException>(action).Error;

    private static List<string> Shown(RecordBatch batch)
    {
        var lines = new List<string>();
        var records = new RecordReader(batch);
        while (records.TryRead(out var record))
        {
            var headers = new List<string>();
            foreach (var header in record.Headers)
                headers.Add($"{Text(header.Name, true)}={Text(header.Value, header.HasValue)}");
            lines.Add(
                $"{record.Offset} {record.Timestamp} {Text(record.Key, record.HasKey)}={Text(record.Value, record.HasValue)} [{string.Join(',', headers)}]");
        }

        return lines;
    }

    private static string Text(ReadOnlySpan<byte> bytes, bool isThere) =>
        isThere ? Encoding.UTF8.GetString(bytes) : "null";
}
