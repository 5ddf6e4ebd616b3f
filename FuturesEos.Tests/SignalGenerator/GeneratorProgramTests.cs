using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Faults;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Conformance;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using TopicPartition = Confluent.Kafka.TopicPartition;

namespace FuturesEos.Tests.SignalGenerator;

/// <summary>The program as it is run, on the embedded broker.</summary>
public sealed class GeneratorProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("generator-");

    public void Dispose() => _folder.Dispose();

    private Task<EmbeddedKafkaHost> BrokerAsync() =>
        EmbeddedKafkaHost.StartAsync(new EmbeddedKafkaOptions { DataFolder = _folder.In("kafka") },
            NullLoggerFactory.Instance, CancellationToken.None);

    private static ChildProgram Start(EmbeddedKafkaHost kafka, params string[] arguments) => ChildProgram.Start(
        Installation.Executable("FuturesEos.SignalGenerator"),
        ["--bootstrap-servers", kafka.BootstrapServers, .. arguments],
        new Dictionary<string, string?>
        {
            ["ConnectionStrings__kafka"] = null,
            ["Kafka__message.timeout.ms"] = "3000"
        });

    [Fact]
    public async Task the_sample_is_sent_whole_and_each_symbol_to_its_partition()
    {
        await using var kafka = await BrokerAsync();
        using var program =
            Start(kafka, "--trades", Path.Combine(SourceTree.Root, "samples", "XRPETH-trades-2019-10-11.csv"));
        await program.EndsWithAsync(ExitCode.Ok);
        Assert.Equal("sent 3413 signals\n", program.Data);

        var records = StoredRecords.Read(kafka.BootstrapServers, Topics.OfSignals.Select(topic => topic.Name));
        Assert.Equal(3413, records.Count);
        Assert.All(records, record =>
        {
            Assert.True(Topics.TryTimeframe(record.Topic, out var timeframe));
            var at = record.Message.Timestamp.UnixTimestampMs;
            Assert.True(
                SignalReader.TryRead(record.Message.Key, record.Message.Value, timeframe, at, out var signal, out _));
            Assert.Equal(signal.Ts, at);
            Assert.Equal(Murmur2.Partition(record.Message.Key, Topics.Partitions), record.Partition.Value);
        });
    }

    [Fact]
    public async Task a_record_that_is_refused_stops_the_replay_with_the_count()
    {
        await using var kafka = await BrokerAsync();
        using (var admin =
            new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build())
        {
            await admin.CreateTopicsAsync(Topics.OfSignals.Select(topic => new TopicSpecification
            {
                Name = topic.Name, NumPartitions = topic.Partitions, ReplicationFactor = 1,
                Configs = new() { ["max.message.bytes"] = "100" },
            }));
        }

        var trades = _folder.In("NEW-trades.csv");
        await File.WriteAllTextAsync(trades, "1,1,1,1,1763596800000,true\n");
        using var program = Start(kafka, "--trades", trades);
        await program.EndsWithAsync(ExitCode.CheckFailed);
        Assert.Contains("1 records were not delivered", program.Talk);
        Assert.DoesNotContain("   at ", program.Talk);
    }

    [Fact]
    public async Task a_bad_row_fails_and_what_was_complete_before_it_is_there()
    {
        await using var kafka = await BrokerAsync();
        var trades = _folder.In("NEW-trades.csv");
        await File.WriteAllTextAsync(trades, "1,1,1,1,1763596800000,true\n2,1,1,1,1763596860000,true\n3,1,1\n");
        using var program = Start(kafka, "--trades", trades);
        await program.EndsWithAsync(ExitCode.CheckFailed);
        Assert.Contains("NEW-trades.csv line 3: it has 3 columns of 6 or 7", program.Talk);
        Assert.Equal("sent 1 signals\n", program.Data);
        var record =
            Assert.Single(StoredRecords.Read(kafka.BootstrapServers, Topics.OfSignals.Select(topic => topic.Name)));
        Assert.Contains("NEW-1m-1763596800000", Encoding.UTF8.GetString(record.Message.Value));
    }

    /// <summary>
    /// The first requests are refused, and sent again later and later: whatever did not wait for them would be there
    /// before them.
    /// </summary>
    [Fact]
    public async Task before_a_replay_goes_to_another_topic_all_earlier_signals_are_there()
    {
        var refusals = string.Join("; ", Enumerable.Range(1, 4).Select(i => $"Produce {i} refuse NotEnoughReplicas"));
        var faults = FaultPlan.Parse(refusals);
        await using var kafka = await BrokerForTests.StartAsync(
            folder => new EmbeddedKafkaOptions { DataFolder = folder, Faults = faults });
        var trades = _folder.In("TURN-trades.csv");
        await File.WriteAllLinesAsync(
            trades, Enumerable.Range(0, 15).Select(i => $"{i},1,1,1,{1_763_596_800_000 + (i * 60_000)},true"));
        using var program = Start(kafka.Host, "--trades", trades);
        await Eventually.True(() => program.Talk.Contains("Created topic trading.signal.15m"));

        var partition = Murmur2.Partition("TURN"u8, Topics.Partitions);
        using var offsets = await TopicOffsets.OpenAsync(
            new KafkaSettings(kafka.BootstrapServers, new Dictionary<string, string>()), CancellationToken.None);
        var looks = 0;
        await Eventually.True(async () =>
        {
            // one request, and so one moment
            var ends = await offsets.EndsAsync(
                Topics.OfSignals.Select(topic => new TopicPartition(topic.Name, partition)),
                IsolationLevel.ReadUncommitted);
            var (one, five, fifteen) = (End("1m"), End("5m"), End("15m"));
            looks++;
            Assert.True(five * 5 <= one && fifteen * 3 <= five, $"1m {one}, 5m {five}, 15m {fifteen}");
            return fifteen == 1;

            long End(string timeframe) => ends.Single(end => end.Key.Topic.EndsWith("." + timeframe)).Value;
        });
        await program.EndsWithAsync(ExitCode.Ok);
        Assert.True(looks > 1);
        Assert.Equal(4, faults.Happened.Count);
    }

    [Fact]
    public async Task a_broker_that_goes_away_makes_it_fail_with_the_address()
    {
        var kafka = await BrokerAsync();
        await using (kafka)
        {
            using var program = Start(kafka, "--rate", "500");
            await Eventually.True(() => program.Talk.Contains("Created topic trading.signal.15m"));
            await Eventually.True(() => Task.FromResult(
                StoredRecords.Read(kafka.BootstrapServers, Topics.OfSignals.Select(t => t.Name)).Count > 0));
            await kafka.DisposeAsync();
            await program.EndsWithAsync(ExitCode.Unreachable);
            Assert.Contains($"records were not delivered to {kafka.BootstrapServers}", program.Talk);
        }
    }

    [Fact]
    public async Task a_stop_delivers_what_was_taken_and_says_how_much()
    {
        await using var kafka = await BrokerAsync();
        using var program = Start(kafka, "--rate", "500");
        var topics = Topics.OfSignals.Select(topic => topic.Name).ToList();
        await Eventually.True(() => program.Talk.Contains("Created topic trading.signal.15m"));
        await Eventually.True(() => Task.FromResult(StoredRecords.Read(kafka.BootstrapServers, topics).Count > 0));
        program.Signal("TERM");
        await program.EndsWithAsync(ExitCode.Ok);
        Assert.Equal($"sent {StoredRecords.Read(kafka.BootstrapServers, topics).Count} signals\n", program.Data);
    }
}
