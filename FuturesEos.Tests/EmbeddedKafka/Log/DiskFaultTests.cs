using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Disks that are full, tear writes or lose flushes.</summary>
public sealed class DiskFaultTests
{
    public static MatrixTheoryData<FsyncPolicy, bool> Policies { get; } = new(Enum.GetValues<FsyncPolicy>(), [false, true]);

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task a_full_disk_refuses_appends_keeps_reads_and_recovers_when_space_returns(
        FsyncPolicy fsync, bool isTruncateFailing)
    {
        var disk = new FaultyStorage { IsTearing = true };
        await using var bench = new LogBench(fsync: fsync, storage: disk);
        bench.Good(bench.Idempotent(1, 0, 0, "a"));
        bench.InTransaction(2, 0, 0, "b");
        await bench.Log.WhenDurableAsync(bench.Log.EndOffset, default);
        (disk.IsFull, disk.IsTruncateFailing) = (true, isTruncateFailing);
        bench.Refused(KafkaError.KafkaStorageError, bench.Idempotent(1, 0, 1, "c"));
        Assert.Equal(KafkaError.KafkaStorageError, bench.Log.AppendMarker(2, 0, LogBench.Commit).Error);
        Assert.Equal(["a", "b"], bench.Read().Select(r => r.Value));
        (disk.IsFull, disk.IsTruncateFailing) = (false, false);
        Assert.False(bench.Good(bench.Idempotent(1, 0, 1, "c")).IsDuplicate);
        Assert.Equal(KafkaError.None, bench.Log.AppendMarker(2, 0, LogBench.Commit).Error);
        await bench.Log.WhenDurableAsync(bench.Log.EndOffset, default);
        Assert.Equal(["a", "b", "c"], bench.Read(isReadCommitted: true).Select(r => r.Value));
    }

    /// <summary>The second time at a roll, for which the new file may not be made.</summary>
    [Theory]
    [InlineData(FsyncPolicy.Never)]
    [InlineData(FsyncPolicy.Interval)]
    [InlineData(FsyncPolicy.Always)]
    public async Task a_folder_that_becomes_read_only_refuses_appends_keeps_reads_and_goes_on_when_it_is_not(
        FsyncPolicy fsync)
    {
        var disk = new FaultyStorage();
        await using var bench = new LogBench(new LogConfig { SegmentBytes = 200 }, fsync, disk);
        var written = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            bench.Good(bench.Idempotent(1, 0, i, $"{i}"));
            written.Add($"{i}");
            await bench.Log.WhenDurableAsync(bench.Log.EndOffset, default);
            disk.IsReadOnly = true;
            bench.Refused(KafkaError.KafkaStorageError, bench.Idempotent(1, 0, i + 1, "c"));
            Assert.Equal(written, bench.Read().Select(r => r.Value));
            disk.IsReadOnly = false;
        }

        Assert.True(Directory.GetFiles(bench.Folder, "*.log").Length > 1, "it never rolled");
        await bench.RestartAsync();
        Assert.Equal(written, bench.Read().Select(r => r.Value));
    }

    [Theory]
    [InlineData(FsyncPolicy.Interval)]
    [InlineData(FsyncPolicy.Always)]
    public async Task a_disk_that_loses_a_flush_is_trusted_again_only_after_a_restart(FsyncPolicy fsync)
    {
        var disk = new FaultyStorage();
        await using var bench = new LogBench(fsync: fsync, storage: disk);
        bench.Good(bench.Idempotent(1, 0, 0, "a"));
        await bench.Log.WhenDurableAsync(bench.Log.EndOffset, default);
        disk.IsFlushFailing = true;
        bench.Good(bench.Idempotent(1, 0, 1, "b"));
        if (fsync == FsyncPolicy.Interval)
            Assert.Throws<IOException>(bench.Log.Flush);
        else
            Assert.Equal(KafkaError.KafkaStorageError, await bench.Log.WhenDurableAsync(bench.Log.EndOffset, default));
        disk.IsFlushFailing = false;
        bench.Refused(KafkaError.KafkaStorageError, bench.Idempotent(1, 0, 2, "c"));
        await bench.RestartAsync();
        Assert.Equal(["a", "b"], bench.Read().Select(r => r.Value));
        bench.Good(bench.Idempotent(1, 0, 2, "c"));
    }

    [Fact]
    public async Task pages_lost_while_a_segment_is_closed_are_not_acknowledged_by_the_flush_after()
    {
        var (disk, work) = (new FaultyStorage(), new HeldWork());
        await using var bench = new LogBench(new LogConfig { SegmentBytes = 100 }, FsyncPolicy.Always, disk, work);
        bench.Good(bench.Idempotent(1, 0, 0, "a"));
        bench.Good(bench.Idempotent(1, 0, 1, "b"));
        Assert.Equal(2, Directory.GetFiles(bench.Folder, "*.log").Length);
        disk.IsFlushLost = true;
        work.DoNewest();
        work.Release();
        Assert.Equal(KafkaError.KafkaStorageError, await bench.Log.WhenDurableAsync(2, default));
        Assert.Equal(0, bench.Log.HighWatermark);
        bench.Refused(KafkaError.KafkaStorageError, bench.Idempotent(1, 0, 2, "c"));
    }

    [Fact]
    public async Task a_flush_beside_another_does_not_answer_for_what_that_one_has_taken()
    {
        using var disk = new SlowFlush();
        await using var bench = new LogBench(fsync: FsyncPolicy.Always, storage: disk);
        disk.IsNextSlow = true;
        var appended = bench.Good(bench.Plain("a"));
        Assert.True(disk.HasBegun.Wait(SlowFlush.Patience), "no flush began");
        var beside = Task.Run(bench.Log.Flush);
        disk.Fail.Set();
        await Assert.ThrowsAsync<IOException>(() => beside);
        Assert.Equal(KafkaError.KafkaStorageError, await bench.Log.WhenDurableAsync(appended.NextOffset, default));
        Assert.Equal(0, bench.Log.HighWatermark);
    }

    [Fact]
    public async Task a_write_torn_by_a_kill_is_cut_off_at_the_start()
    {
        var disk = new FaultyStorage { IsTearing = true };
        await using var bench = new LogBench(storage: disk);
        bench.Good(bench.Plain("a"));
        (disk.IsFull, disk.IsTruncateFailing) = (true, true);
        bench.Refused(KafkaError.KafkaStorageError, bench.Plain("torn"));
        await using var log = PartitionLog.Open(
            LogBench.Partition, LogFolder.CopyOf(bench.Folder), new LogConfig(), bench.Environment with { Storage = new LogStorage() });
        Assert.Equal(1, log.EndOffset);
        Assert.Equal([(0, "a")], LogBench.Values(log, 0, false, 1000));
    }

    [Fact]
    public async Task under_fsync_always_nothing_is_readable_or_acknowledged_before_its_flush()
    {
        var disk = new FaultyStorage();
        await using var bench = new LogBench(fsync: FsyncPolicy.Always, storage: disk);
        var first = bench.Good(bench.Plain("a"));
        await bench.Log.WhenDurableAsync(first.NextOffset, default);
        Assert.True(disk.Flushes > 0);
        disk.IsFlushFailing = true;
        var second = bench.Good(bench.Plain("b"));
        Assert.Equal(KafkaError.KafkaStorageError, await bench.Log.WhenDurableAsync(second.NextOffset, default));
        Assert.Equal((1, 1), (bench.Log.HighWatermark, bench.Log.LastStableOffset));
        Assert.Equal(["a"], bench.Read().Select(r => r.Value));
        disk.IsFlushFailing = false;
        bench.Refused(KafkaError.KafkaStorageError, bench.Plain("c"));
    }

    [Fact]
    public async Task one_flush_serves_many_appends()
    {
        var disk = new FaultyStorage();
        await using var bench = new LogBench(fsync: FsyncPolicy.Always, storage: disk);
        var before = disk.Flushes;
        var appends = Enumerable.Range(0, 200).Select(i => bench.Good(bench.Plain($"{i}")).NextOffset).ToList();
        foreach (var next in appends)
            await bench.Log.WhenDurableAsync(next, default);
        Assert.InRange(disk.Flushes - before, 1, 199);
        Assert.Equal(200, bench.Log.HighWatermark);
    }

    /// <summary>Fails a flush, when it is told to.</summary>
    private sealed class SlowFlush : LogStorage, IDisposable
    {
        public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        public bool IsNextSlow { get; set; }

        public ManualResetEventSlim HasBegun { get; } = new();

        public ManualResetEventSlim Fail { get; } = new();

        public override void Flush(SafeFileHandle file)
        {
            if (!IsNextSlow)
                return;
            IsNextSlow = false;
            HasBegun.Set();
            Fail.Wait(Patience);
            throw new IOException("Input/output error");
        }

        public void Dispose()
        {
            HasBegun.Dispose();
            Fail.Dispose();
        }
    }
}
