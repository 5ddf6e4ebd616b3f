using FuturesEos.EmbeddedKafka;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka;

/// <summary>
/// The small files of a data folder: half written they are not looked at, and damaged they are not believed, since what they
/// no longer name would be deleted or given twice.
/// </summary>
public sealed class SmallFileTests : IAsyncLifetime
{
    private const string Topic = "orders";
    private const int PlacesMost = 80;
    private readonly TemporaryFolder _folder = new("small");

    public static TheoryData<string> Files => ["cluster.json", "topics.json", "transactions/producer-ids", "log-start"];

    public async ValueTask InitializeAsync()
    {
        await using var broker = await StartAsync(_folder.Path);
        await Clients.CreateTopicAsync(broker.BootstrapServers, Topic);
        using var producer = Clients.Producer(broker.BootstrapServers);
        for (byte i = 0; i < 3; i++)
            await producer.ProduceAsync(Topic, new() { Key = "k", Value = [i] });
        using var admin = Clients.Admin(broker.BootstrapServers);
        await admin.DeleteRecordsAsync([new(Topic, 0, 1)]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task wherever_it_is_cut_or_spoilt_it_stops_the_start_with_its_name_and_nothing_is_deleted(string name)
    {
        var file = Find(name);
        var whole = await File.ReadAllBytesAsync(file);
        var there = Directory.GetFileSystemEntries(_folder.In("topics"), "*", SearchOption.AllDirectories).Order().ToList();
        for (var at = 0; at < whole.Length; at += 1 + (whole.Length / PlacesMost))
        {
            foreach (var damaged in (byte[][])[whole[..at], Flipped(whole, at)])
            {
                await File.WriteAllBytesAsync(file, damaged);
                var refused = await Assert.ThrowsAsync<IOException>(() => StartAsync(_folder.Path));
                Assert.Contains(file, refused.Message);
            }
        }

        Assert.Equal(there, Directory.GetFileSystemEntries(_folder.In("topics"), "*", SearchOption.AllDirectories).Order());
        await File.WriteAllBytesAsync(file, whole);
        await AssertAllThereAsync();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task what_a_crash_left_of_the_next_one_is_not_looked_at(string name)
    {
        var file = Find(name);
        var whole = await File.ReadAllBytesAsync(file);
        foreach (var length in (int[])[0, whole.Length - 1])
        {
            await File.WriteAllBytesAsync(file + ".new", whole[..length]);
            await AssertAllThereAsync();
        }
    }

    /// <summary>Builds before this one wrote no checksum.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public async Task a_file_of_an_older_build_is_read(string name)
    {
        var file = Find(name);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.StartsWith("#crc32c ", lines[0]);
        await File.WriteAllLinesAsync(file, lines[1..]);
        if (name == "log-start") await File.WriteAllTextAsync(file, lines[1]);
        await AssertAllThereAsync();
    }

    // one bit: a digit stays a digit
    private static byte[] Flipped(byte[] whole, int at)
    {
        var bytes = (byte[])whole.Clone();
        bytes[at] ^= 1;
        return bytes;
    }

    [Fact]
    public void a_folder_whose_names_cannot_be_forced_is_named()
    {
        DurableFolder.Flush(_folder.Path);
        var none = _folder.In("none");
        Assert.Contains(none, Assert.Throws<IOException>(() => DurableFolder.Flush(none)).Message);
    }

    private static Task<EmbeddedKafkaHost> StartAsync(string folder) =>
        EmbeddedKafkaHost.StartAsync(new() { DataFolder = folder }, NullLoggerFactory.Instance);

    private string Find(string name)
    {
        var file = _folder.In(name.Split('/'));
        return File.Exists(file) ? file : Directory.GetFiles(_folder.In("topics"), name, SearchOption.AllDirectories).Single();
    }

    private async Task AssertAllThereAsync()
    {
        await using var broker = await StartAsync(_folder.Path);
        Assert.Equal([1, 2], Clients.ReadAll(broker.BootstrapServers, Topic).Select(record => record.Message.Value[0]));
    }
}
