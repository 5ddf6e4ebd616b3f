using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>Kafka's own test programs on the embedded broker, with processes killed while they run.</summary>
[Trait("Category", "Long")]
public sealed class KafkasProgramsTests : IDisposable
{
    private const int Messages = 100_000;
    private const int TransactionSize = 200;
    private const int KillEvery = 10_000; // of a busy machine's reader some are met at once: fewer kills then
    private const int SmokeEndsMin = 50;
    private const int SmokeKillEvery = 6_000;
    private const int SmokeRunsMost = 5;
    private static readonly TimeSpan CopyDeadline = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan SmokeDeadline = TimeSpan.FromMinutes(5);

    private static readonly string[] SmokeTopics =
    [
        "echo", "data", "fk", "min", "min-suppressed", "min-raw", "max", "sum", "sws-raw", "sws-suppressed", "dif", "cnt", "avg", "tagg",
    ];

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("eos-programs-");

    [Fact]
    public async Task the_copier_copies_once_and_in_order_while_broker_and_copier_are_killed()
    {
        RealKafka.SkipWithout();
        await using var broker = new BrokerProcess(Path.Combine(_scratch.FullName, "broker"));
        await broker.StartAsync();
        await Clients.CreateTopicAsync(broker.BootstrapServers, "in");
        await Clients.CreateTopicAsync(broker.BootstrapServers, "out");
        Fill(broker.BootstrapServers);

        var reader = new OrderedReader(broker.BootstrapServers, "out", Messages);
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() => reader.Read(stop.Token));
        var (kills, starts) = (0, 0);
        var clock = Stopwatch.StartNew();
        while (!IsOver())
        {
            using var copier = StartCopier(broker.BootstrapServers, starts++);
            await ProgressAsync(copier);
            if (!IsOver() && !copier.HasExited && kills++ % 2 == 0)
            {
                await broker.KillAndStartAsync();
                await ProgressAsync(copier);
            }

            copier.Kill();
            await copier.WaitForExitAsync();
        }

        await stop.CancelAsync();
        await reading;
        Assert.Null(reader.Complaint);
        var copied = Clients.ReadAll(broker.BootstrapServers, "out").Select(r => int.Parse(Encoding.UTF8.GetString(r.Message.Value)));
        Assert.Equal(Enumerable.Range(0, Messages), copied);
        Assert.True(Clients.ReadAll(broker.BootstrapServers, "out", 0, IsolationLevel.ReadUncommitted).Count > Messages, "nothing was aborted");
        var ends = (await Epochs.ReadAsync(broker.BootstrapServers))["copier"];
        Assert.True(ends > Messages / TransactionSize, $"{ends} ends of transactions bumped the epoch");
        Assert.True(kills >= 4 && broker.Kills >= 2, $"{kills} kills, {broker.Kills} of the broker");

        bool IsOver() => reader.Count == Messages || reading.IsCompleted || clock.Elapsed > CopyDeadline;

        Task ProgressAsync(Process copier)
        {
            var until = reader.Count + KillEvery;
            return Eventually.True(() => copier.HasExited || reader.Count >= until || IsOver(), Deadline.In(CopyDeadline));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task the_smoke_test_of_Kafka_Streams_succeeds_exactly_once(bool isKilled)
    {
        RealKafka.SkipWithout();
        var run = 1;
        while (!await SmokeAsync(isKilled, run)) Assert.True(run++ < SmokeRunsMost, "its first look came too early each time");
    }

    /// <summary>
    /// False when the program has looked at nothing. Before it looks at results it asks for the ends of all partitions and
    /// then for the stable one of each, while its instances still commit; when a transaction ends in between, it finds
    /// that stable one "larger than topic endOffset" and gives up (SmokeTestDriver.verifyAllTransactionFinished, 4.3.1).
    /// </summary>
    private async Task<bool> SmokeAsync(bool isKilled, int run)
    {
        var (driving, one, two) = ($"driver{run}", $"one{run}", $"two{run}");
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        foreach (var topic in SmokeTopics) await Clients.CreateTopicAsync(broker.BootstrapServers, topic, topic == "fk" ? 1 : 5);
        var driver = StartSmoke(broker.BootstrapServers, driving, "run");
        List<Process> instances = [StartSmoke(broker.BootstrapServers, one, "process"), StartSmoke(broker.BootstrapServers, two, "process")];
        try
        {
            foreach (var (victim, name) in isKilled ? [(0, one), (1, two)] : Array.Empty<(int, string)>())
            {
                var produced = $" {SmokeKillEvery * (victim + 1)} records produced";
                await Eventually.True(() => driver.HasExited || ReadLog(driving).Contains(produced, StringComparison.Ordinal), Deadline.In(SmokeDeadline));
                Assert.False(driver.HasExited, Tail(ReadLog(driving)));
                instances[victim].Kill();
                await instances[victim].WaitForExitAsync();
                instances.Add(StartSmoke(broker.BootstrapServers, name, "process"));
            }

            await Eventually.True(() => driver.HasExited, Deadline.In(SmokeDeadline));
            var said = ReadLog(driving);
            if (said.Contains("is larger than topic endOffset", StringComparison.Ordinal)) return false;
            Assert.True(said.Contains("ALL-RECORDS-DELIVERED", StringComparison.Ordinal) && said.Contains("SUCCESS", StringComparison.Ordinal), Tail(said));
            var ends = (await Epochs.ReadAsync(broker.BootstrapServers)).Values.Max();
            Assert.True(ends > SmokeEndsMin, $"at most {ends} ends of transactions bumped an epoch");
            return true;
        }
        finally
        {
            foreach (var process in instances.Append(driver))
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }
    }

    public void Dispose() => _scratch.Delete(recursive: true);

    private static string Tail(string text) => text[^Math.Min(4000, text.Length)..];

    private static void Fill(string servers)
    {
        using var producer = Clients.Producer(servers, config => config.LingerMs = 20);
        for (var i = 0; i < Messages; i++)
        {
            producer.Produce("in", new Message<string, byte[]> { Key = "k", Value = Encoding.UTF8.GetBytes($"{i}") });
            if (i % 10_000 == 0) producer.Flush(Deadline.Usual);
        }

        producer.Flush(Deadline.Usual);
    }

    private Process StartCopier(string servers, int number) => StartTool(
        $"copier{number}", "copier", "--broker-list", servers, "--input-topic", "in", "--input-partition", "0", "--output-topic", "out",
        "--transactional-id", "copier", "--transaction-size", $"{TransactionSize}", "--transaction-timeout", "10000", "--consumer-group", "g",
        "--use-group-metadata", "--group-mode", "--enable-random-aborts");

    private Process StartSmoke(string servers, string name, string command)
    {
        var settings = Path.Combine(_scratch.FullName, $"{name}.properties");
        File.WriteAllText(settings, $"""
            bootstrap.servers={servers}
            processing.guarantee=exactly_once_v2
            state.dir={Path.Combine(_scratch.FullName, "state-" + name)}
            session.timeout.ms=10000
            metadata.max.age.ms=1000
            """);
        return StartTool(name, "org.apache.kafka.streams.tests.StreamsSmokeTest", settings, command);
    }

    // through a file: nobody has to read along, and what a killed program said stays
    private Process StartTool(string name, params string[] words) => Process.Start(new ProcessStartInfo(
        "/bin/sh",
        ["-c", "exec \"$@\" >> \"$0\" 2>&1 < /dev/null", Path.Combine(_scratch.FullName, $"{name}.log"), Path.Combine(RealKafka.Folder!, "run"), .. words]))!;

    // empty until the shell of a program that was just started has made it
    private string ReadLog(string name)
    {
        var file = Path.Combine(_scratch.FullName, $"{name}.log");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
