using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>Clients that others wrote, each by a program of its own in Broker/Programs.</summary>
[Trait("Category", "Long")]
public sealed class ClientsOfOthersTests(RealKafka kafka) : IDisposable
{
    private const string KafkaJs = "kafkajs@2.2.4";
    private const string PlatformaticKafka = "@platformatic/kafka@1.35.0";
    private const string Python = "/usr/bin/python3"; // the system's: that of a version manager has not its packages
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("eos-clients-");

    [Fact]
    public async Task kafkajs_produces_consumes_in_a_group_commits_aborts_is_fenced_and_administrates()
    {
        await InstallAsync(KafkaJs);
        var program = CopyOf("kafkajs.js");
        await CompareAsync("node", program);
    }

    [Fact]
    public async Task platformatic_kafka_produces_consumes_in_a_group_commits_aborts_and_administrates()
    {
        await InstallAsync(PlatformaticKafka);
        var program = CopyOf("platformatic_kafka.mjs");
        await CompareAsync("node", program);
    }

    [Fact]
    public async Task sarama_produces_consumes_in_a_group_and_administrates()
    {
        const string Packages = "/usr/share/gocode"; // Debian's golang-github-shopify-sarama-dev
        Assert.SkipUnless(Directory.Exists($"{Packages}/src/github.com/Shopify/sarama"), "sarama is not installed");
        Assert.SkipUnless(File.Exists("/usr/bin/go"), "there is no Go");
        var program = Path.Combine(_scratch.FullName, "sarama");
        var environment = new Dictionary<string, string?>
        {
            ["GOPATH"] = Packages,
            ["GO111MODULE"] = "off",
            ["GOFLAGS"] = "",
            ["GOCACHE"] = Path.Combine(_scratch.FullName, "cache"),
        };
        var (built, output, errors) = await ChildProgram.RunAsync(
            "/usr/bin/go", ["build", "-o", program, ProgramOf("sarama.go")], environment, Deadline.In(Patience * 3));
        Assert.True(built == 0, output + errors);
        await CompareAsync(program);
    }

    [Fact]
    public async Task confluent_kafka_of_Python_produces_consumes_in_a_group_commits_aborts_and_administrates()
    {
        Assert.SkipUnless(File.Exists(Python), "there is no Python");
        var (found, reason) = await RunAsync(Python, "-c", "import confluent_kafka");
        Assert.SkipWhen(found != 0, $"python3-confluent-kafka is not installed: {reason.Trim().Split('\n')[^1]}");
        await CompareAsync(Python, ProgramOf("confluent_kafka_python.py"));
    }

    [Fact]
    public async Task kafka_python_produces_with_its_codecs_and_keeps_its_place_in_a_group()
    {
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

    /// <summary>
    /// A program, which is given a bootstrap server and a prefix, ends well here and, where it is beside the repository, at
    /// Apache Kafka, and prints the same.
    /// </summary>
    private async Task CompareAsync(params string[] program)
    {
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        var here = await SaidAsync(program, broker.BootstrapServers);
        if (RealKafka.Folder is null) return;
        Assert.Equal(await SaidAsync(program, await kafka.OneNodeAsync()), here);
    }

    private static async Task<string> SaidAsync(string[] program, string servers)
    {
        var prefix = TestNames.Unique("same");
        var (code, said, talk) = await ChildProgram.RunAsync(
            program[0], [.. program[1..], servers, prefix], deadline: Deadline.In(Patience));
        Assert.True(code == 0 && said.Contains("done", StringComparison.Ordinal), $"{servers}: {said}{talk}");
        return said.Replace(prefix, "PREFIX", StringComparison.Ordinal);
    }

    private string CopyOf(string file)
    {
        var copy = Path.Combine(_scratch.FullName, file);
        File.Copy(ProgramOf(file), copy);
        return copy;
    }

    private async Task InstallAsync(string package)
    {
        try
        {
            var (code, said) = await RunAsync("npm", "install", "--no-audit", "--no-fund", "--prefix", _scratch.FullName, package);
            Assert.SkipWhen(code != 0, $"npm cannot install {package}: {said.Trim().Split('\n')[^1]}");
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
