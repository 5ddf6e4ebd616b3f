using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>What a deletion that was cut short leaves in the folder.</summary>
public sealed class LeftSegmentsTests
{
    private static readonly LogConfig Small = new() { SegmentBytes = 150 };

    /// <summary>The gap behind it was once taken for a lost tail, and everything above for what had to go with it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_segment_of_deleted_records_that_was_left_takes_nothing_with_it(bool hasIndex)
    {
        await using var bench = new LogBench(Small);
        Fill(bench);
        await bench.RestartAsync();
        using var before = new LeftFolder(bench.Folder);
        var first = Directory.GetFiles(before.Path, "*.log").Min()!;
        bench.Log.DeleteRecords(6);
        await bench.Log.DisposeAsync();
        Assert.True(Directory.GetFiles(bench.Folder, "*.log").Length < 4, "too little was deleted");

        PutBack(first);
        if (hasIndex)
            PutBack(Path.ChangeExtension(first, SegmentIndex.Extension));
        await bench.RestartAsync();

        Assert.Equal((6, 8), (bench.Log.LogStartOffset, bench.Log.EndOffset));
        Assert.Equal([(6, "6"), (7, "7")], bench.Read(6));
        AssertProducersKnown(bench.Log, bench);
        await bench.Log.DisposeAsync();
        Assert.False(File.Exists(Path.Combine(bench.Folder, Path.GetFileName(first))));

        void PutBack(string file) => File.Copy(file, Path.Combine(bench.Folder, Path.GetFileName(file)));
    }

    /// <summary>They are in no snapshot before the work in the background is done, which deletes their segments too.</summary>
    [Fact]
    public async Task the_producers_of_deleted_records_are_known_after_crashes_before_their_snapshot()
    {
        var work = new HeldWork();
        await using var bench = new LogBench(Small, background: work);
        Fill(bench);
        bench.InTransaction(9, 0, 0, "in a transaction");
        bench.Log.AppendMarker(9, 0, LogBench.Commit);
        for (var i = 0; i < 4; i++)
            bench.Good(bench.Idempotent(10, 0, i, "later"));
        bench.Log.DeleteRecords(12);

        using var first = new LeftFolder(bench.Folder);
        work.Release();
        var segments = Directory.GetFiles(first.Path, "*.log").Length;
        var again = new HeldWork();
        var log = PartitionLog.Open(LogBench.Partition, first.Path, Small, bench.Environment with { Background = again });
        using var second = new LeftFolder(first.Path);
        again.Release();
        await log.DisposeAsync();
        foreach (var folder in (string[])[first.Path, second.Path])
        {
            await using var found = PartitionLog.Open(LogBench.Partition, folder, Small, bench.Environment);
            Assert.Equal((12, 14, 14), (found.LogStartOffset, found.EndOffset, found.LastStableOffset));
            AssertProducersKnown(found, bench);
        }

        Assert.InRange(Directory.GetFiles(first.Path, "*.log").Length, 1, segments - 4);
    }

    /// <summary>A start stores the indexes of segments that a crash left without; their snapshots are never written.</summary>
    [Fact]
    public async Task the_producers_of_segments_that_a_crash_left_unsealed_are_known_after_their_deletion_and_a_crash()
    {
        var work = new HeldWork();
        await using var bench = new LogBench(Small, background: work);
        Fill(bench);
        using var first = new LeftFolder(bench.Folder);
        work.Release();
        await using var log = PartitionLog.Open(LogBench.Partition, first.Path, Small, bench.Environment);
        log.DeleteRecords(7);
        await Eventually.True(() => Directory.GetFiles(first.Path, "*.log").Length == 1);

        using var second = new LeftFolder(first.Path);
        await using var found = PartitionLog.Open(LogBench.Partition, second.Path, Small, bench.Environment);
        Assert.Equal((7, 8), (found.LogStartOffset, found.EndOffset));
        AssertProducersKnown(found, bench);
    }

    [Fact]
    public async Task a_damaged_segment_of_deleted_records_takes_nothing_with_it()
    {
        var work = new HeldWork();
        await using var bench = new LogBench(Small, background: work);
        for (var i = 0; i < 8; i++)
            bench.Good(bench.Plain($"{i}"));
        bench.Log.DeleteRecords(6);
        using var left = new LeftFolder(bench.Folder);
        work.Release();
        left.Spoil(Directory.GetFiles(left.Path, "*.log").Min()!, at: 80);

        await using var log = PartitionLog.Open(LogBench.Partition, left.Path, Small, bench.Environment);
        Assert.Equal((6, 8), (log.LogStartOffset, log.EndOffset));
        Assert.Equal([(6, "6"), (7, "7")], LogBench.Values(log, 6, isReadCommitted: false, 1 << 20));
    }

    [Fact]
    public async Task an_index_without_its_segment_goes_before_a_segment_of_that_name_comes_again()
    {
        await using var bench = new LogBench(Small);
        bench.Good(bench.Plain("a"));
        await bench.RestartAsync();
        var index = Directory.GetFiles(bench.Folder, "*" + SegmentIndex.Extension).Single();
        var orphan = Path.Combine(bench.Folder, Segment.NameOf(5) + SegmentIndex.Extension);
        File.Copy(index, orphan);
        await bench.RestartAsync();
        Assert.False(File.Exists(orphan));
        Assert.Equal([(0, "a")], bench.Read());
    }

    /// <summary>One record of each of eight producers.</summary>
    private static void Fill(LogBench bench)
    {
        for (var i = 0; i < 8; i++)
            bench.Good(bench.Idempotent(i, 0, 0, $"{i}"));
    }

    private static void AssertProducersKnown(PartitionLog log, LogBench bench)
    {
        for (var i = 0; i < 8; i++)
        {
            var again = log.Append(bench.Idempotent(i, 0, 0, $"{i}"));
            Assert.Equal(KafkaError.None, again.Error);
            Assert.True(again.IsDuplicate, $"producer {i} is forgotten");
        }
    }
}
