using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>A power cut keeps what was forced to the disk and no byte more, which is where the fsync policies differ.</summary>
public sealed class PowerCutTests
{
    // small enough for a roll every batch or two: then indexes and snapshots are stored in between
    private static readonly LogConfig Small = new() { SegmentBytes = 150 };

    [Fact]
    public async Task under_always_what_was_acknowledged_is_there()
    {
        var disk = new ForgetfulStorage();
        var cuts = 0;
        await using var life = await LivedLog.LiveAsync(FsyncPolicy.Always, disk, Small, async lived =>
        {
            using var left = new LeftFolder(lived.Folder);
            disk.CutPower(lived.Folder, left.Path);
            await lived.AssertIsAsync(left.Path, cuts++, lived.Moments[^1]);
        });
        Assert.Equal(7, cuts);
    }

    [Theory]
    [InlineData(FsyncPolicy.Interval)]
    [InlineData(FsyncPolicy.Never)]
    public async Task under_the_others_what_was_there_at_the_last_flush_is_and_nothing_torn(FsyncPolicy fsync)
    {
        var disk = new ForgetfulStorage();
        var (steps, flushed) = (0, 0L);
        await using var life = await LivedLog.LiveAsync(fsync, disk, Small, async lived =>
        {
            if (fsync == FsyncPolicy.Interval && ++steps % 3 == 0)
            {
                lived.Flush();
                flushed = lived.Moments[^1].End;
            }

            using var left = new LeftFolder(lived.Folder);
            disk.CutPower(lived.Folder, left.Path);
            await lived.AssertIsAsync(left.Path, steps, [.. lived.Moments.Where(moment => moment.End >= flushed)]);
        });
    }
}
