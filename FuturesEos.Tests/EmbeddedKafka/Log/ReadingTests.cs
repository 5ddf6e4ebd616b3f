using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Fetch, ListOffsets, DeleteRecords, retention.</summary>
public sealed class ReadingTests
{
    private static readonly LogConfig Small = new() { SegmentBytes = 200 };

    [Fact]
    public async Task the_first_batch_is_given_whole_above_the_limit_only_when_it_must_be()
    {
        await using var bench = new LogBench();
        bench.Good(bench.Plain(new string('x', 500), "second"));
        bench.Good(bench.Plain("third"));
        using var one = bench.Log.Read(1, 10, isReadCommitted: false, isOneBatchSure: true);
        Assert.Equal((0, 1), (new RecordBatch(one.Records.Span).BaseOffset, new RecordBatch(one.Records.Span).LastOffset));
        using var none = bench.Log.Read(1, 10, isReadCommitted: false, isOneBatchSure: false);
        Assert.Equal((KafkaError.None, 0), (none.Error, none.Records.Length));
    }

    [Fact]
    public async Task below_the_start_and_above_the_end_is_out_of_range_and_at_the_end_is_nothing()
    {
        await using var bench = new LogBench();
        for (var i = 0; i < 5; i++)
            bench.Good(bench.Plain($"{i}"));
        bench.Log.DeleteRecords(2);
        Assert.Equal(KafkaError.OffsetOutOfRange, bench.Log.Read(1, 100, false, true).Error);
        Assert.Equal(KafkaError.OffsetOutOfRange, bench.Log.Read(6, 100, false, true).Error);
        Assert.Equal((KafkaError.None, 0), (bench.Log.Read(5, 100, false, true).Error, bench.Log.Read(5, 100, false, true).Records.Length));
        Assert.Equal(["2", "3", "4"], bench.Read(2).Select(r => r.Value));
    }

    [Fact]
    public async Task offsets_are_found_by_time_and_by_name()
    {
        await using var bench = new LogBench(Small);
        var start = bench.Time.Milliseconds;
        for (var i = 0; i < 20; i++)
        {
            bench.Good(bench.Plain($"{i}"));
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        bench.InTransaction(1, 0, 0, "open");
        Assert.Equal(new OffsetAt(KafkaError.None, 7, start + 7000), bench.Log.FindOffset(start + 6001, false));
        Assert.Equal(new OffsetAt(KafkaError.None, 0, start), bench.Log.FindOffset(0, false));
        Assert.Equal(OffsetAt.None, bench.Log.FindOffset(start + 60_000, false));
        Assert.Equal((20, 21), (bench.Log.FindOffset(-1, true).Offset, bench.Log.FindOffset(-1, false).Offset));
        Assert.Equal(20, bench.Log.FindOffset(-3, false).Offset);
        Assert.Equal(OffsetAt.None, bench.Log.FindOffset(start + 19_500, true));
        bench.Log.DeleteRecords(3);
        Assert.Equal(3, bench.Log.FindOffset(-2, false).Offset);
        Assert.Equal(3, bench.Log.FindOffset(start, false).Offset);
    }

    [Fact]
    public async Task records_are_deleted_up_to_the_high_watermark_and_never_beyond_or_from_compacted_topics()
    {
        await using var bench = new LogBench(Small);
        for (var i = 0; i < 10; i++)
            bench.Good(bench.Plain($"{i}"));
        Assert.Equal(KafkaError.OffsetOutOfRange, bench.Log.DeleteRecords(11).Error);
        Assert.Equal((KafkaError.None, 4), bench.Log.DeleteRecords(4));
        Assert.Equal((KafkaError.None, 4), bench.Log.DeleteRecords(2));
        await bench.RestartAsync();
        Assert.Equal(4, bench.Log.LogStartOffset);
        Assert.Equal((KafkaError.None, 10), bench.Log.DeleteRecords(-1));
        Assert.Equal(10, bench.Good(bench.Plain("next")).BaseOffset);
        await using var compacted = new LogBench(new LogConfig { IsCompacted = true, IsDeleted = false });
        Assert.Equal(KafkaError.PolicyViolation, compacted.Log.DeleteRecords(-1).Error);
    }

    [Fact]
    public async Task deleting_past_an_open_transaction_moves_the_stable_offset_and_keeps_the_producer()
    {
        await using var bench = new LogBench();
        bench.InTransaction(1, 0, 0, "a", "b");
        bench.Log.DeleteRecords(1);
        Assert.Equal(1, bench.Log.LastStableOffset);
        bench.Good(bench.Transactional(1, 0, 2, "c"));
        bench.Log.AppendMarker(1, 0, LogBench.Commit);
        Assert.Equal(["b", "c"], bench.Read(1, isReadCommitted: true).Select(r => r.Value));
    }

    [Fact]
    public async Task old_segments_go_by_time_and_offsets_go_on()
    {
        await using var bench = new LogBench(Small with { RetentionMs = 10_000 });
        for (var i = 0; i < 6; i++)
            bench.Good(bench.Plain($"{i}"));
        Assert.Equal(0, bench.Log.ApplyRetention());
        bench.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(bench.Log.ApplyRetention() > 0);
        Assert.Equal((6, 6), (bench.Log.LogStartOffset, bench.Log.EndOffset));
        await bench.RestartAsync();
        Assert.Equal(6, bench.Good(bench.Plain("6")).BaseOffset);
    }

    [Fact]
    public async Task old_segments_go_by_size_and_the_newest_stays()
    {
        await using var bench = new LogBench(Small with { RetentionBytes = 300 });
        for (var i = 0; i < 20; i++)
            bench.Good(bench.Plain($"{i}"));
        bench.Log.ApplyRetention();
        Assert.InRange(bench.Log.SizeBytes, 200, 500);
        Assert.Equal("19", bench.Read(bench.Log.LogStartOffset)[^1].Value);
    }

    [Fact]
    public async Task a_reader_that_is_at_it_while_its_segment_goes_gets_an_answer()
    {
        await using var bench = new LogBench(Small);
        for (var i = 0; i < 10; i++)
            bench.Good(bench.Plain($"{i}"));
        using var read = bench.Log.Read(0, 1000, false, true);
        bench.Log.DeleteRecords(-1);
        Assert.True(new RecordBatch(read.Records.Span).HasValidCrc);
        Assert.Equal(KafkaError.OffsetOutOfRange, bench.Log.Read(0, 1000, false, true).Error);
    }

    [Fact]
    public async Task a_closed_log_refuses_everything_and_wakes_who_waits()
    {
        var bench = new LogBench();
        var waiter = new LogWaiter(isReadCommitted: true);
        bench.Log.Watch(waiter);
        await bench.DisposeAsync();
        Assert.True(waiter.Moved.IsCompleted);
        Assert.Equal(KafkaError.NotLeaderOrFollower, bench.Log.Append(bench.Plain("a")).Error);
        Assert.Equal(KafkaError.NotLeaderOrFollower, bench.Log.Read(0, 100, false, true).Error);
        Assert.Equal(KafkaError.NotLeaderOrFollower, bench.Log.FindOffset(-1, false).Error);
    }
}
