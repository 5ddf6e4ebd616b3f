using FuturesEos.EmbeddedKafka.Log;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Index and snapshot are believed only as far as they are whole, and of the log beside them.</summary>
public sealed class DamagedIndexTests
{
    public static TheoryData<string> Extensions => [SegmentIndex.Extension, ProducerSnapshot.Extension];

    [Theory]
    [MemberData(nameof(Extensions))]
    public async Task whatever_byte_of_it_is_spoilt_or_missing_the_log_is_what_it_was(string extension)
    {
        await using var life = await LivedLog.LiveAsync();
        await life.RestartAsync();
        for (var at = 0; at < Length(life.Folder, extension); at++)
        {
            using var spoilt = new LeftFolder(life.Folder);
            spoilt.Spoil(spoilt.Single(extension), at);
            await life.AssertIsAsync(spoilt.Path, ("spoilt", at), life.Moments[^1]);
            using var cut = new LeftFolder(life.Folder);
            cut.Cut(extension, at);
            await life.AssertIsAsync(cut.Path, ("cut", at), life.Moments[^1]);
        }
    }

    [Fact]
    public async Task those_that_are_newer_than_their_log_are_not_believed_now_or_later()
    {
        await using var life = await LivedLog.LiveAsync();
        await life.RestartAsync();
        for (var cut = 0; cut < life.Moments[^1].Bytes; cut++)
        {
            using var left = new LeftFolder(life.Folder);
            left.Cut(".log", cut);
            var due = life.Moments.Last(moment => moment.Bytes <= cut);
            if (cut % 5 == 0) await life.Open(left.Path).DisposeAsync();
            await life.AssertIsAsync(left.Path, cut, due);
        }
    }

    /// <summary>Such as a restored copy has when its parts are of different days.</summary>
    [Fact]
    public async Task those_of_another_log_of_any_length_are_not_believed_now_or_later()
    {
        for (var longer = 0; longer < 80; longer += 8)
        {
            await using var life = await LivedLog.LiveAsync();
            await life.RestartAsync();
            using var left = new LeftFolder(life.Folder);
            await using var other = new LogBench();
            for (var i = 0; i < 8; i++)
                other.Good(other.Idempotent(9, 0, i, new string('x', 60 + longer)));
            other.Good(other.Idempotent(1, 0, 0, "another"));
            other.Good(other.Idempotent(1, 0, 1, "another"));
            File.Copy(Directory.GetFiles(other.Folder, "*.log").Single(), left.Single(".log"), overwrite: true);
            var due = LivedLog.Seen(other.Log, (int)other.Log.SizeBytes, sequence: 2);
            await using (var log = life.Open(left.Path))
                Assert.Equal((longer, due), (longer, LivedLog.Seen(log, due.Bytes, due.Sequence)));

            // the next start finds the log's own snapshot gone, and nothing of another in its place
            File.Delete(ProducerSnapshot.Files(left.Path).First());
            await life.AssertIsAsync(left.Path, longer, due);
        }
    }

    private static int Length(string folder, string extension) =>
        (int)new FileInfo(Directory.GetFiles(folder, "*" + extension).Single()).Length;
}
