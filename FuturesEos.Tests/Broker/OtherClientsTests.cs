using System.Text;
using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>Clients that share no code with ours: kcat with an older librdkafka, and Apache Kafka's own tools.</summary>
[Trait("Category", "Long")]
public class OtherClientsTests
{
    private static readonly TimeSpan ToolTimeout = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task kcat_produces_and_reads_back_with_every_codec()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/kcat"), "kcat is not installed");
        await using var broker = await BrokerForTests.StartAsync();
        foreach (var codec in (string[])["none", "gzip", "snappy", "lz4", "zstd"])
        {
            await Clients.CreateTopicAsync(broker.BootstrapServers, codec);
            var lines = string.Concat(Enumerable.Range(0, 500).Select(i => $"key{i % 9}:value {i}\n"));
            await RunAsync("/usr/bin/kcat", lines, "-b", broker.BootstrapServers, "-P", "-t", codec, "-K", ":", "-z", codec);
            var read = await RunAsync("/usr/bin/kcat", "", "-b", broker.BootstrapServers, "-C", "-t", codec, "-e", "-q", "-o", "beginning", "-f", "%k:%s\n");
            Assert.Equal(lines, read);
        }
    }

    [Fact]
    public async Task the_tools_of_Apache_Kafka_make_fill_read_describe_and_delete()
    {
        Assert.SkipWhen(RealKafka.Folder is null, "Apache Kafka's tools are not beside the repository");
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        string[] server = ["--bootstrap-server", broker.BootstrapServers];
        Assert.Contains("Created topic t", await ToolAsync("topics", "", [.. server, "--create", "--topic", "t", "--partitions", "2"]));
        await ToolAsync("console-producer", string.Concat(Enumerable.Range(0, 100).Select(i => $"{i}\n")), [.. server, "--topic", "t"]);
        var read = await ToolAsync("console-consumer", "", [.. server, "--topic", "t", "--group", "g", "--from-beginning", "--max-messages", "100", "--isolation-level", "read_committed"]);
        Assert.Equal(100, read.Split('\n').Count(line => int.TryParse(line, out _)));
        Assert.Contains("Empty", await ToolAsync("groups", "", [.. server, "--list", "--state"]));
        Assert.Contains("NEW-OFFSET", await ToolAsync("groups", "", [.. server, "--group", "g", "--reset-offsets", "--to-earliest", "--topic", "t", "--execute"]));
        Assert.Contains("successful", await ToolAsync("groups", "", [.. server, "--group", "g", "--delete"]));
        await ToolAsync("topics", "", [.. server, "--delete", "--topic", "t"]);
        Assert.DoesNotContain("Topic: t\t", await ToolAsync("topics", "", [.. server, "--describe"]));
    }

    [Fact]
    public async Task the_copier_of_Apache_Kafka_copies_exactly_once_with_aborts_at_random()
    {
        Assert.SkipWhen(RealKafka.Folder is null, "Apache Kafka's test programs are not beside the repository");
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        await Clients.CreateTopicAsync(broker.BootstrapServers, "in");
        await Clients.CreateTopicAsync(broker.BootstrapServers, "out");
        using (var producer = Clients.Producer(broker.BootstrapServers))
        {
            for (var i = 0; i < 2000; i++)
                producer.Produce("in", new Message<string, byte[]> { Key = "k", Value = Encoding.UTF8.GetBytes($"{i}") });
            producer.Flush(Deadline.Usual);
        }

        await ToolAsync(
            "copier", "", "--broker-list", broker.BootstrapServers, "--input-topic", "in", "--input-partition", "0", "--output-topic", "out",
            "--transactional-id", "tx", "--transaction-size", "100", "--consumer-group", "g", "--max-messages", "2000", "--enable-random-aborts");
        await Eventually.Equal(2000, () => Task.FromResult(Clients.ReadAll(broker.BootstrapServers, "out").Count));
        var copied = Clients.ReadAll(broker.BootstrapServers, "out").Select(r => Encoding.UTF8.GetString(r.Message.Value));
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{i}"), copied);
        Assert.True(Clients.ReadAll(broker.BootstrapServers, "out", 0, IsolationLevel.ReadUncommitted).Count > 2000, "nothing was aborted");
    }

    private static Task<string> ToolAsync(string tool, string input, params string[] arguments) =>
        RunAsync(Path.Combine(RealKafka.Folder!, "run"), input, [tool, .. arguments]);

    private static async Task<string> RunAsync(string program, string input, params string[] arguments)
    {
        var (code, output, errors) =
            await ChildProgram.RunAsync(program, arguments, deadline: Deadline.In(ToolTimeout), input: input);
        Assert.True(code == 0, $"{program} ended with {code}: {errors} {output}");
        return output;
    }
}
