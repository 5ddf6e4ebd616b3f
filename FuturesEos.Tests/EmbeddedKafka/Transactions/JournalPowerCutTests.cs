using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.EmbeddedKafka.Log;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Transactions;

/// <summary>Transactions and a power cut.</summary>
public sealed class JournalPowerCutTests
{
    [Theory]
    [InlineData(FsyncPolicy.Never)]
    [InlineData(FsyncPolicy.Interval)]
    public async Task states_that_were_written_anew_are_on_the_disk_before_the_old_ones_go(FsyncPolicy fsync)
    {
        using var folder = new LogFolder();
        var disk = new ForgetfulStorage();
        var environment = new LogEnvironment(TimeProvider.System, NullLogger.Instance) { Fsync = fsync, Storage = disk };
        await using var journal = TransactionJournal.Open(folder.Path, environment);
        Assert.Equal(KafkaError.None, await journal.StoreAsync(State("hours old", 1)));
        journal.Log.Flush(); // and the system wrote it by itself since
        for (var i = 0; journal.Log.LogStartOffset == 0; i++)
        {
            Assert.InRange(i, 0, 10_000);
            Assert.Equal(KafkaError.None, await journal.StoreAsync(State($"busy {i % 3}", 2000)));
        }

        using var left = new LeftFolder(folder.Path);
        disk.CutPower(folder.Path, left.Path);
        await using var again = TransactionJournal.Open(
            left.Path, new LogEnvironment(TimeProvider.System, NullLogger.Instance));
        Assert.Contains("hours old", again.Load().Select(state => state.TransactionalId));
    }

    [Fact]
    public async Task under_interval_they_are_flushed_like_all_else()
    {
        var disk = new ForgetfulStorage();
        await using var broker = await CoreForTests.OpenAsync(disk, FsyncPolicy.Interval, folder => new()
        {
            DataFolder = folder, FsyncInterval = TimeSpan.FromMilliseconds(20),
        });
        var init = await broker.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
            new() { TransactionalId = "tx", TransactionTimeoutMs = 1000, ProducerId = -1, ProducerEpoch = -1 });
        Assert.Equal(KafkaError.None, init.ErrorCode);
        var file = Directory.GetFiles(Path.Combine(broker.Folder, "transactions"), "*.log").Single();
        await Eventually.True(() => disk.Kept(file) > 0 && disk.Kept(file) == new FileInfo(file).Length);
    }

    private static TransactionMetadata State(string id, int partitions) => new(id, 7)
    {
        Partitions = [.. Enumerable.Range(0, partitions).Select(p => new TopicPartition("a topic of some length", p))],
        Status = TransactionStatus.Ongoing,
        Epoch = 0,
        TimeoutMs = 1000,
    };
}
