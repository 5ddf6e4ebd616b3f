using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using Microsoft.Win32.SafeHandles;
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
            disk.CutPower(left.Path);
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
            disk.CutPower(left.Path);
            await lived.AssertIsAsync(left.Path, steps, [.. lived.Moments.Where(moment => moment.End >= flushed)]);
        });
    }

    /// <summary>Knows how much of each file was flushed.</summary>
    private sealed class ForgetfulStorage : LogStorage
    {
        private readonly Dictionary<SafeFileHandle, string> _names = [];
        private readonly Dictionary<string, long> _flushed = [];

        public override SafeFileHandle Open(string path)
        {
            var file = base.Open(path);
            lock (_names) _names[file] = Path.GetFileName(path);
            return file;
        }

        public override void Flush(SafeFileHandle file)
        {
            var length = RandomAccess.GetLength(file);
            base.Flush(file);
            lock (_names) _flushed[_names[file]] = length;
        }

        /// <summary>Takes from a copy of the folder what was not flushed.</summary>
        public void CutPower(string folder)
        {
            foreach (var path in Directory.GetFiles(folder, "*.log"))
            {
                long kept;
                lock (_names) kept = _flushed.GetValueOrDefault(Path.GetFileName(path));
                using var file = File.OpenWrite(path);
                file.SetLength(Math.Min(kept, file.Length));
            }
        }
    }
}
