using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.EmbeddedKafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.SignalGenerator;
using FuturesEos.Tests.Conformance;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.SignalGenerator;

/// <summary>A replay of a file into topics that hold something already.</summary>
public sealed class ResumedReplayTests : IAsyncLifetime, IDisposable
{
    private const long Start = 1_763_596_800_000;
    private const int Minutes = 300;
    private readonly TemporaryFolder _folder = new("resumed-");
    private EmbeddedKafkaHost _kafka = null!;
    private string _trades = "";
    private List<Signal> _signals = [];

    public async ValueTask InitializeAsync()
    {
        _kafka = await EmbeddedKafkaHost.StartAsync(new EmbeddedKafkaOptions { DataFolder = _folder.In("kafka") },
            NullLoggerFactory.Instance, CancellationToken.None);
        await KafkaTopics.EnsureAsync(
            new KafkaSettings(_kafka.BootstrapServers, new Dictionary<string, string>()),
            [.. Topics.OfSignals.Select(
                topic => new TopicSpecification { Name = topic.Name, NumPartitions = topic.Partitions })],
            Deadline.Usual, NullLogger.Instance, CancellationToken.None);
        _trades = _folder.In("OWN-trades.csv");
        await File.WriteAllLinesAsync(_trades, Enumerable.Range(0, Minutes).Select(
            i => $"{i},{100 + (i % 7)},1,1,{Start + (i * 60_000L)},{i % 3 == 0}"));
        await foreach (var signal in TradeFileSource.Open(_trades, null, skipBad: false)
            .ReadAsync(TestContext.Current.CancellationToken)) _signals.Add(signal);
    }

    public ValueTask DisposeAsync() => _kafka.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task the_same_file_again_sends_nothing_and_says_so()
    {
        Assert.Equal($"sent {_signals.Count} signals\n", await ReplayAsync(ExitCode.Ok));
        for (var again = 0; again < 2; again++)
        {
            Assert.Equal($"sent 0 signals: all {_signals.Count} of OWN-trades.csv are in the topics already\n",
                await ReplayAsync(ExitCode.Ok));
        }

        AssertHolds(_signals);

        // where there is nothing to send, nothing can come too late
        await SendAsync([_signals[^1] with { Id = "live", Symbol = "LIVE", Ts = _signals[^1].Ts + 60_000 }]);
        Assert.StartsWith("sent 0 signals: all", await ReplayAsync(ExitCode.Ok));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)] // up to a signal of 1m, those of 5m at the same time are missing
    [InlineData(6)]
    [InlineData(123)]
    public async Task an_interrupted_replay_goes_on_after_the_last_signal_that_is_there(int there)
    {
        await SendAsync(_signals.Take(there));
        Assert.Equal($"sent {_signals.Count - there} signals; the first {there} of OWN-trades.csv were in the topics "
            + "already\n", await ReplayAsync(ExitCode.Ok));
        AssertHolds(_signals);
    }

    [Fact]
    public async Task a_replay_that_is_killed_again_and_again_is_whole_in_the_end_and_nothing_is_there_twice()
    {
        for (var kills = 0; kills < 3; kills++)
        {
            var before = Stored().Count;
            // five hours in two and a half seconds
            using var program = Run("--trades", _trades, "--speed", "7200x");
            await Eventually.True(() => Task.FromResult(program.HasExited || Stored().Count > before));
            program.Signal("KILL");
            await program.ExitAsync();
        }

        await ReplayAsync(ExitCode.Ok);
        AssertHolds(_signals);
    }

    [Fact]
    public async Task what_is_no_newer_than_the_files_beginning_does_not_matter()
    {
        var older = _signals.Select(s => s with { Symbol = "OLD", Id = "o" + s.Id, Ts = s.Ts - (Minutes * 60_000L) })
            .Where(s => s.Ts <= _signals[0].Ts).ToList();
        var sameTime = _signals[0] with { Symbol = SamePartition("OWN"), Id = "same" };
        await SendAsync([.. older, sameTime]);
        Assert.StartsWith($"sent {_signals.Count} signals", await ReplayAsync(ExitCode.Ok));
        Assert.StartsWith($"sent 0 signals: all {_signals.Count}", await ReplayAsync(ExitCode.Ok));
        Assert.Equal(older.Count + 1 + _signals.Count, Stored().Count);
    }

    public static TheoryData<string> Newer => ["other partition", "same partition", "changed", "twice", "hole"];

    [Theory]
    [MemberData(nameof(Newer))]
    public async Task anything_else_that_is_newer_is_refused_with_the_ways_out_and_nothing_is_sent(string what)
    {
        var other = _signals[0] with { Ts = _signals[0].Ts + 1, Id = "other" };
        List<Signal> there = what switch
        {
            "other partition" => [other with { Symbol = OtherPartition("OWN") }],
            "same partition" => [.. _signals.Take(9), other with { Symbol = SamePartition("OWN") }],
            "changed" => [.. _signals.Take(9), _signals[9] with { Price = 1 }],
            "twice" => [.. _signals.Take(9), _signals[8]],
            _ => [.. _signals.Take(9), .. _signals.Skip(10).Take(3)],
        };
        await SendAsync(there);
        var talk = await ReplayAsync(ExitCode.CheckFailed);
        var newer = there.Count(s => s.Ts > _signals[0].Ts);
        Assert.Contains($"OWN-trades.csv begins at {Timestamps.Format(_signals[0].Ts)}, and the signal topics hold "
            + $"{newer} newer records", talk);
        Assert.Contains("eos up --rate 0 --data DIR", talk);
        Assert.Contains("--mix", talk);
        Assert.Equal(there.Count, Stored().Count);

        Assert.StartsWith($"sent {_signals.Count} signals\n", await ReplayAsync(ExitCode.Ok, "--mix"));
        Assert.Equal(there.Count + _signals.Count, Stored().Count);
    }

    private static string SamePartition(string symbol) => Other(symbol, isSame: true);

    private static string OtherPartition(string symbol) => Other(symbol, isSame: false);

    private static string Other(string symbol, bool isSame)
    {
        static int Partition(string name) => Murmur2.Partition(Encoding.ASCII.GetBytes(name), Topics.Partitions);
        return Enumerable.Range(0, 100).Select(i => $"N{i}")
            .First(name => Partition(name) == Partition(symbol) == isSame);
    }

    private ChildProgram Run(params string[] arguments) => ChildProgram.Start(
        Installation.Executable("FuturesEos.SignalGenerator"),
        ["--bootstrap-servers", _kafka.BootstrapServers, .. arguments],
        new Dictionary<string, string?> { ["ConnectionStrings__kafka"] = null });

    /// <summary>Its standard output when it is well, what it said when it is not.</summary>
    private async Task<string> ReplayAsync(int code, params string[] more)
    {
        using var program = Run(["--trades", _trades, .. more]);
        await program.EndsWithAsync(code);
        return code == ExitCode.Ok ? program.Data : program.Talk;
    }

    private async Task SendAsync(IEnumerable<Signal> signals)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig
        {
            BootstrapServers = _kafka.BootstrapServers, Partitioner = Partitioner.Murmur2Random,
        }).Build();
        foreach (var record in signals.Select(signal => OutgoingRecord.Of(signal)))
        {
            await producer.ProduceAsync(Topics.Signals(record.Timeframe), new Message<byte[]?, byte[]>
            {
                Key = record.Key, Value = record.Value,
                Timestamp = new Timestamp(record.TimestampMs, TimestampType.CreateTime),
            });
        }
    }

    private List<ConsumeResult<byte[]?, byte[]>> Stored() =>
        StoredRecords.Read(_kafka.BootstrapServers, Topics.OfSignals.Select(topic => topic.Name));

    private void AssertHolds(List<Signal> signals)
    {
        foreach (var timeframe in Timeframes.All)
        {
            Assert.Equal(
                signals.Where(s => s.Timeframe == timeframe).Select(s => s.Id),
                Stored().Where(r => r.Topic == Topics.Signals(timeframe)).OrderBy(r => r.Offset.Value).Select(record =>
                {
                    Assert.True(SignalReader.TryReadValue(record.Message.Value, out var signal, out _));
                    return signal.Id;
                }));
        }
    }
}
