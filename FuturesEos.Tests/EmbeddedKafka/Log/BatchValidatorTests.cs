using System.Buffers.Binary;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Batches that must not come into a log, each refused by its own error.</summary>
public sealed class BatchValidatorTests : IAsyncLifetime
{
    private readonly LogBench _bench = new(new LogConfig { MaxMessageBytes = 500, TimestampBeforeMaxMs = 60_000 });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void nothing_at_all() => _bench.Refused(KafkaError.InvalidRecord, []);

    [Fact]
    public void a_batch_cut_short() => _bench.Refused(KafkaError.CorruptMessage, _bench.Plain("a")[..^1]);

    [Fact]
    public void bytes_after_the_batch() => _bench.Refused(KafkaError.CorruptMessage, [.. _bench.Plain("a"), 1, 2, 3]);

    [Fact]
    public void a_second_batch() => _bench.Refused(KafkaError.InvalidRecord, [.. _bench.Plain("a"), .. _bench.Plain("b")]);

    [Fact]
    public void every_flipped_bit_behind_the_checksum()
    {
        for (var at = 17; at < _bench.Plain("value").Length; at++)
        {
            var batch = _bench.Plain("value");
            batch[at] ^= 0x10;
            _bench.Refused(KafkaError.CorruptMessage, batch);
        }
    }

    [Fact]
    public void an_old_format() => _bench.Refused(KafkaError.UnsupportedForMessageFormat, With(_bench.Plain("a"), b => b[16] = 1));

    [Fact]
    public void a_batch_too_large() => _bench.Refused(KafkaError.MessageTooLarge, _bench.Plain(new string('x', 500)));

    [Fact]
    public void a_count_that_does_not_fit_the_records() =>
        _bench.Refused(KafkaError.InvalidRecord, With(_bench.Plain("a", "b"), b =>
        {
            BinaryPrimitives.WriteInt32BigEndian(b.AsSpan(23), 2);
            BinaryPrimitives.WriteInt32BigEndian(b.AsSpan(57), 3);
        }));

    [Fact]
    public void a_last_offset_that_does_not_fit_the_count() =>
        _bench.Refused(KafkaError.InvalidRecord, With(_bench.Plain("a", "b"), b => BinaryPrimitives.WriteInt32BigEndian(b.AsSpan(23), 5)));

    [Fact]
    public void a_marker_from_a_client() =>
        _bench.Refused(KafkaError.InvalidRecord, LogBench.Commit.ToBatch(1, 0, _bench.Time.Milliseconds));

    [Fact]
    public void an_idempotent_batch_without_a_sequence() => _bench.Refused(KafkaError.InvalidRecord, _bench.Idempotent(1, 0, -1, "a"));

    [Fact]
    public void a_transactional_batch_without_a_producer() => _bench.Refused(KafkaError.InvalidRecord, _bench.Transactional(-1, -1, -1, "a"));

    [Fact]
    public void a_record_of_tomorrow() => _bench.Refused(KafkaError.InvalidTimestamp, At(TimeSpan.FromHours(2)));

    [Fact]
    public void a_record_older_than_the_topic_takes() => _bench.Refused(KafkaError.InvalidTimestamp, At(TimeSpan.FromMinutes(-2)));

    [Fact]
    public void an_unknown_codec() =>
        _bench.Refused(KafkaError.UnsupportedCompressionType, With(_bench.Plain("a"), b => b[22] = 5));

    [Fact]
    public void compressed_rubbish() => _bench.Refused(KafkaError.CorruptMessage, With(_bench.Plain("a"), b => b[22] = (byte)CompressionType.Zstd));

    [Fact]
    public async Task under_log_append_time_the_brokers_clock_counts_and_no_time_is_refused()
    {
        await using var bench = new LogBench(new LogConfig { TimestampType = TimestampType.LogAppendTime });
        var result = bench.Good(At(TimeSpan.FromDays(900)));
        Assert.Equal(bench.Time.Milliseconds, result.LogAppendTime);
        Assert.Equal(new OffsetAt(KafkaError.None, 0, bench.Time.Milliseconds), bench.Log.FindOffset(0, false));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task a_header_that_lies_about_the_newest_record_is_set_right_as_by_Kafka(long claimed)
    {
        await using var bench = new LogBench(new LogConfig { SegmentBytes = 100 });
        var written = bench.Time.Milliseconds;
        for (var i = 0; i < 3; i++)
        {
            bench.Good(With(bench.Plain("a", "b"), b => BinaryPrimitives.WriteInt64BigEndian(b.AsSpan(35), claimed)));
            bench.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(new OffsetAt(KafkaError.None, 0, written), bench.Log.FindOffset(written, false));
        Assert.Equal(0, bench.Log.ApplyRetention());
        Assert.Equal(6, bench.Read().Count);
        bench.Time.Advance(TimeSpan.FromDays(8));
        Assert.True(bench.Log.ApplyRetention() > 0);
    }

    private byte[] At(TimeSpan distance)
    {
        var batch = new RecordBatchBuilder();
        batch.Add(_bench.Time.Milliseconds + (long)distance.TotalMilliseconds, "k"u8, "v"u8);
        return batch.Build();
    }

    private static byte[] With(byte[] batch, Action<byte[]> change)
    {
        change(batch);
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), Crc32C.Of(batch.AsSpan(21)));
        return batch;
    }
}
