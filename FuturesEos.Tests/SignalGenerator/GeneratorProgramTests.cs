using System.Text;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.EmbeddedKafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Conformance;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

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
        var trades = _folder.In("NEW-trades.csv");
        var ahead = DateTimeOffset.UtcNow.AddHours(3).ToUnixTimeMilliseconds();
        await File.WriteAllTextAsync(trades, $"1,1,1,1,{ahead},true\n");
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
