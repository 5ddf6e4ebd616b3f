using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>Clients that others wrote, each by a program of its own in Broker/Programs.</summary>
[Trait("Category", "Long")]
public sealed class ClientsOfOthersTests(RealKafka kafka) : IDisposable
{
    private const string KafkaJs = "kafkajs@2.2.4";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("eos-clients-");

    [Fact]
    public async Task kafkajs_produces_consumes_in_a_group_commits_aborts_and_is_fenced()
    {
        await InstallKafkaJsAsync();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        var program = Path.Combine(_scratch.FullName, "program.js");
        File.Copy(ProgramOf("kafkajs.js"), program);
        var (code, said) = await RunAsync("node", program, broker.BootstrapServers, "js");
        Assert.True(code == 0 && said.Contains("done", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task kafka_python_produces_with_its_codecs_and_keeps_its_place_in_a_group()
    {
        const string Python = "/usr/bin/python3"; // the system's: that of a version manager has not its packages
        Assert.SkipUnless(File.Exists(Python), "there is no Python");
        var (found, reason) = await RunAsync(Python, "-c", "import kafka");
        Assert.SkipWhen(found != 0, $"python3-kafka is not installed: {reason.Trim().Split('\n')[^1]}");
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        var (code, said) = await RunAsync(Python, ProgramOf("kafka_python.py"), broker.BootstrapServers, "py");
        Assert.True(code == 0 && said.Contains("done", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task the_Java_clients_produce_rebalance_while_records_flow_commit_abort_and_administrate()
    {
        RealKafka.SkipWithout();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        await RunJavaAsync(broker.BootstrapServers);
    }

    [Fact]
    public async Task the_Java_clients_find_the_same_at_Apache_Kafka() =>
        await RunJavaAsync(await kafka.OneNodeAsync());

    public void Dispose() => _scratch.Delete(recursive: true);

    private static string ProgramOf(string file) => Path.Combine(SourceTree.Root, "FuturesEos.Tests", "Broker", "Programs", file);

    private static async Task RunJavaAsync(string servers)
    {
        var logs = $"-Dlog4j2.configurationFile={Path.Combine(RealKafka.Folder!, "tools-log4j2.yaml")}";
        string[] java = ["-Xmx256m", logs, "-cp", Path.Combine(RealKafka.Folder!, "libs", "*")];
        string[] program = [ProgramOf("JavaClients.java"), servers, TestNames.Unique("java")];
        var (code, said) = await RunAsync("java", [.. java, .. program]);
        Assert.True(code == 0 && said.Contains("done", StringComparison.Ordinal), said);
    }

    private async Task InstallKafkaJsAsync()
    {
        try
        {
            var (code, said) = await RunAsync("npm", "install", "--no-audit", "--no-fund", "--prefix", _scratch.FullName, KafkaJs);
            Assert.SkipWhen(code != 0, $"npm cannot install {KafkaJs}: {said.Trim().Split('\n')[^1]}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("there is no npm");
        }
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        var (code, output, errors) = await ChildProgram.RunAsync(program, arguments, deadline: Deadline.In(Patience));
        return (code, output + errors);
    }
}
