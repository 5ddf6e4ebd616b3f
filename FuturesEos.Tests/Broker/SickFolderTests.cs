using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.EmbeddedKafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>A data folder that cannot be written: nobody is told of what did not happen, and all is there once it can.</summary>
public sealed class SickFolderTests
{
    private const string Topic = "orders";

    [Theory]
    [InlineData(false, "Read-only file system")]
    [InlineData(true, "No space left on device")]
    public async Task a_start_on_a_folder_that_cannot_be_written_is_a_sentence_and_exit_code_3(bool isFull, string reason)
    {
        using var disk = new SmallDisk("size=16m");
        var folder = disk.In("broker");
        await using (var broker = await StartAsync(folder))
        {
            await Clients.CreateTopicAsync(broker.BootstrapServers, Topic);
            using var producer = Clients.Producer(broker.BootstrapServers);
            await producer.ProduceAsync(Topic, new() { Key = "k", Value = [1] });
        }

        if (isFull) await FillAsync(disk);
        else disk.Remount("ro");
        var (code, _, talk) = await EosProgram.RunAsync("run", "broker", "--port", "0", "--data", folder);
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Contains($"The data folder {folder} cannot be written: {reason}", talk);
        Assert.Contains("or take another one", talk);
        Assert.DoesNotContain("   at ", talk);

        if (isFull) File.Delete(disk.In("filler"));
        else disk.Remount("rw");
        await using var again = await StartAsync(folder);
        Assert.Equal([1], Clients.ReadAll(again.BootstrapServers, Topic).Select(record => record.Message.Value[0]));
    }

    [Fact]
    public async Task topics_that_a_full_disk_has_no_room_for_are_refused_and_made_once_there_is()
    {
        using var disk = new SmallDisk("size=16m");
        var log = new LogCapture();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var broker = await EmbeddedKafkaHost.StartAsync(new() { DataFolder = disk.In("broker") }, loggers);
        await Clients.CreateTopicAsync(broker.BootstrapServers, Topic);
        await FillAsync(disk);
        using var admin = Clients.Admin(broker.BootstrapServers);
        var refused = await Assert.ThrowsAsync<CreateTopicsException>(
            () => admin.CreateTopicsAsync([new() { Name = "more", NumPartitions = 3 }]));
        Assert.Equal(ErrorCode.KafkaStorageError, refused.Results[0].Error.Code);
        var more = await Assert.ThrowsAsync<CreatePartitionsException>(
            () => admin.CreatePartitionsAsync([new() { Topic = Topic, IncreaseTo = 3 }]));
        Assert.Equal(ErrorCode.KafkaStorageError, more.Results[0].Error.Code);
        var deleted = await Assert.ThrowsAsync<DeleteTopicsException>(() => admin.DeleteTopicsAsync([Topic]));
        Assert.Equal(ErrorCode.KafkaStorageError, deleted.Results[0].Error.Code);
        Assert.Equal([Topic], Topics(admin));
        Assert.False(log.Contains("a request failed inside the broker"));

        File.Delete(disk.In("filler"));
        await admin.CreatePartitionsAsync([new() { Topic = Topic, IncreaseTo = 3 }]);
        await admin.CreateTopicsAsync([new() { Name = "more", NumPartitions = 3 }]);
        Assert.Equal(["more", Topic], Topics(admin));
    }

    private static IEnumerable<string> Topics(IAdminClient admin) =>
        admin.GetMetadata(Deadline.Usual).Topics.Select(t => t.Topic)
            .Where(name => !name.StartsWith("__", StringComparison.Ordinal)).Order();

    private static Task<EmbeddedKafkaHost> StartAsync(string folder) =>
        EmbeddedKafkaHost.StartAsync(new() { DataFolder = folder }, NullLoggerFactory.Instance);

    private static async Task FillAsync(SmallDisk disk)
    {
        await using var filler = new FileStream(
            disk.In("filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) await filler.WriteAsync(new byte[4096]);
        }
        catch (IOException)
        {
            // full
        }
    }
}
