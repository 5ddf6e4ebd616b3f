using FuturesEos.EmbeddedKafka;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>
/// A process that dies leaves a beginning of what it wrote: each of them is opened, and so is each with a byte spoilt. A kill
/// keeps what was written under every fsync policy.
/// </summary>
public sealed class CrashAtAnyByteTests
{
    public static TheoryData<FsyncPolicy> Policies => [.. Enum.GetValues<FsyncPolicy>()];

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task cut_at_any_byte_a_log_is_what_it_was_after_its_last_whole_batch(FsyncPolicy fsync)
    {
        await using var life = await LivedLog.LiveAsync(fsync, new FaultyStorage { IsFlushFree = true });
        for (var cut = 0; cut <= life.Moments[^1].Bytes; cut += fsync == FsyncPolicy.Never ? 1 : 3)
        {
            using var left = new LeftFolder(life.Folder);
            left.Cut(".log", cut);
            await life.AssertIsAsync(left.Path, cut, life.Moments.Last(moment => moment.Bytes <= cut));
        }
    }

    [Fact]
    public async Task whatever_byte_is_spoilt_a_log_is_what_it_was_before_that_batch_or_all_of_it()
    {
        await using var life = await LivedLog.LiveAsync();
        for (var at = 0; at < life.Moments[^1].Bytes; at++)
        {
            using var left = new LeftFolder(life.Folder);
            left.Spoil(at);

            // some bytes have no meaning and no checksum: the leader's epoch, for one
            var before = life.Moments.Last(moment => moment.Bytes <= at);
            await life.AssertIsAsync(left.Path, at, before, life.Moments[^1]);
        }
    }
}
