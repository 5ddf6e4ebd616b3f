using FuturesEos.EmbeddedKafka.Log;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>
/// A power cut may keep a segment and lose the end of the one before. What it kept goes too: a log has no holes, and
/// who sends again what was lost must not be told that it is there.
/// </summary>
public sealed class LostTailTests
{
    private const int BatchesBefore = 3;
    private const int Batches = 6;

    /// <summary>The seventh batch opens the next segment.</summary>
    private static readonly LogConfig Small = new() { SegmentBytes = 75 * Batches };

    /// <summary>A stored index that speaks of a part only was once taken for that of the whole.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(BatchesBefore, BatchesBefore)]
    [InlineData(BatchesBefore, 4)]
    [InlineData(BatchesBefore, 5)]
    public async Task what_was_kept_behind_a_lost_end_goes_too(int indexed, int kept)
    {
        var work = new HeldWork();
        await using var bench = new LogBench(Small, background: work);
        var sizes = new List<long>();
        for (var i = 0; i < Batches + 2; i++)
        {
            sizes.Add(bench.Log.SizeBytes);
            bench.Good(bench.Idempotent(1, 0, i, $"{i}"));
            if (i + 1 == indexed) await bench.RestartAsync();
        }

        using var left = new LeftFolder(bench.Folder);
        var logs = Directory.GetFiles(left.Path, "*.log").Order().ToList();
        Assert.Equal(2, logs.Count);
        Assert.Equal(indexed > 0, File.Exists(Path.ChangeExtension(logs[0], SegmentIndex.Extension)));
        using (var first = File.OpenWrite(logs[0])) first.SetLength(sizes[kept]);
        work.Release();

        for (var start = 0; start < 2; start++)
        {
            await using var log = PartitionLog.Open(LogBench.Partition, left.Path, Small, bench.Environment);
            Assert.Equal(kept, log.EndOffset);
            Assert.Equal(
                Enumerable.Range(0, kept).Select(i => ((long)i, $"{i}")),
                LogBench.Values(log, 0, isReadCommitted: false, 1 << 20));
        }

        await using var again = PartitionLog.Open(LogBench.Partition, left.Path, Small, bench.Environment);
        var sent = again.Append(bench.Idempotent(1, 0, kept, $"{kept}"));
        Assert.Equal((kept, false), (sent.BaseOffset, sent.IsDuplicate));
    }

    /// <summary>
    /// The index of a finished segment vouches for a gap behind it, but only as long as the segment is finished.
    /// </summary>
    [Fact]
    public async Task a_segment_that_goes_on_after_the_next_was_lost_is_unfinished_again()
    {
        await using var bench = new LogBench(Small);
        for (var i = 0; i < Batches + 1; i++)
            bench.Good(bench.Idempotent(1, 0, i, $"{i}"));
        await bench.RestartAsync();
        using var left = new LeftFolder(bench.Folder);
        var logs = Directory.GetFiles(left.Path, "*.log").Order().ToList();
        Assert.Equal(2, logs.Count);
        File.Delete(logs[1]);
        var finished = new FileInfo(logs[0]).Length;

        var work = new HeldWork();
        var larger = new LogConfig { SegmentBytes = Small.SegmentBytes + 200 };
        var log = PartitionLog.Open(
            LogBench.Partition, left.Path, larger, bench.Environment with { Background = work });
        for (var i = Batches; i < Batches + 4; i++)
            Assert.Equal(i, log.Append(bench.Idempotent(1, 0, i, $"{i}")).BaseOffset);
        using var after = new LeftFolder(left.Path);
        work.Release();
        await log.DisposeAsync();
        Assert.Equal(2, Directory.GetFiles(after.Path, "*.log").Length);
        using (var first = File.OpenWrite(Directory.GetFiles(after.Path, "*.log").Min()!)) first.SetLength(finished);

        await using var found = PartitionLog.Open(LogBench.Partition, after.Path, larger, bench.Environment);
        Assert.Equal(Batches, found.EndOffset);
    }
}
