using FuturesEos.EmbeddedKafka.Log;
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
        for (var i = 0; i < 8; i++)
            bench.Good(bench.Idempotent(i, 0, 0, $"{i}"));
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
        for (var i = 0; i < 8; i++)
            Assert.True(bench.Good(bench.Idempotent(i, 0, 0, $"{i}")).IsDuplicate, $"producer {i} is forgotten");
        Assert.False(File.Exists(Path.Combine(bench.Folder, Path.GetFileName(first))));

        void PutBack(string file) => File.Copy(file, Path.Combine(bench.Folder, Path.GetFileName(file)));
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
}
