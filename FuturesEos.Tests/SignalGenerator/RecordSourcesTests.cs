using System.Diagnostics;
using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults;
using FuturesEos.SignalGenerator;
using Xunit;

namespace FuturesEos.Tests.SignalGenerator;

public class RecordSourcesTests
{
    private static RecordSource Choose(GeneratorOptions options, params string[] words) =>
        new RecordSources(options, TimeProvider.System, () => { }).Choose(words, () => Stream.Null);

    private static async Task<List<Signal>> ReadAsync(RecordSource source, int most = int.MaxValue)
    {
        var signals = new List<Signal>();
        await foreach (var record in source.Records)
        {
            Assert.True(SignalReader.TryRead(record.Key,
                record.Value, record.Timeframe, record.TimestampMs, out var signal, out var refusal), refusal.Detail);
            Assert.Equal(signal.Ts, record.TimestampMs);
            signals.Add(signal);
            if (signals.Count == most) break;
        }

        return signals;
    }

    [Fact]
    public async Task a_burst_is_as_many_as_asked_for_and_all_are_different_unless_identical()
    {
        var different = await ReadAsync(Choose(new GeneratorOptions(), "burst", "500"));
        Assert.Equal((500, 500), (different.Count, different.Select(s => SignalId.Of(s)).Distinct().Count()));
        Assert.Equal(3, different.Select(s => s.Timeframe).Distinct().Count());
        Assert.Equal(
            3, different.Select(s => Murmur2.Partition(Encoding.ASCII.GetBytes(s.Symbol), 3)).Distinct().Count());
        Assert.Equal(1000, (await ReadAsync(Choose(new GeneratorOptions(), "burst"))).Count);
        Assert.Single((await ReadAsync(Choose(new GeneratorOptions { Identical = true }, "burst", "50"))).Distinct());
    }

    [Fact]
    public async Task one_round_is_a_signal_of_each_symbol()
    {
        var signals = await ReadAsync(Choose(new GeneratorOptions { Timeframe = "15m", Symbols = "A, B,A,C.P" }));
        Assert.Equal(["A", "B", "C.P"], signals.Select(s => s.Symbol));
        Assert.All(signals, s => Assert.Equal(Timeframe.FifteenMinutes, s.Timeframe));
        Assert.All(signals, s => Assert.InRange(s.Ts,
            DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 60_000, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public async Task a_seed_makes_the_same_walk_again()
    {
        static IEnumerable<Signal> Timeless(List<Signal> signals) => signals.Select(s => s with { Ts = 1 });
        var first = await ReadAsync(Choose(new GeneratorOptions { Seed = 7 }, "burst", "200"));
        Assert.Equal(
            Timeless(first), Timeless(await ReadAsync(Choose(new GeneratorOptions { Seed = 7 }, "burst", "200"))));
        Assert.NotEqual(
            Timeless(first), Timeless(await ReadAsync(Choose(new GeneratorOptions { Seed = 8 }, "burst", "200"))));
        Assert.NotEqual(Timeless(first),
            Timeless(await ReadAsync(Choose(new GeneratorOptions { Seed = 7L + (1L << 40) }, "burst", "200"))));
    }

    [Fact]
    public async Task the_rate_is_kept()
    {
        var started = Stopwatch.GetTimestamp();
        await ReadAsync(Choose(new GeneratorOptions { Rate = 100 }), most: 51);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.499, 20);
    }

    [Theory]
    [InlineData("burst", "-1")]
    [InlineData("burst", "1e3")]
    [InlineData("burst", "1", "2")]
    [InlineData("replay")]
    public void words_that_make_no_sense_are_refused(params string[] words) =>
        Assert.Equal(
            ExitCode.Usage, Assert.Throws<ExpectedFailure>(() => Choose(new GeneratorOptions(), words)).ExitCode);

    [Fact]
    public void options_that_make_no_sense_are_refused()
    {
        GeneratorOptions[] wrong =
        [
            new() { Rate = -1 }, new() { Rate = double.NaN }, new() { Symbols = "btc" }, new() { Symbols = " , " },
            new() { Timeframe = "2m" },
            new() { Speed = "2x" }, new() { Symbol = "X" }, new() { Trades = "nowhere.csv" },
        ];
        foreach (var options in wrong)
            Assert.Equal(ExitCode.Usage, Assert.Throws<ExpectedFailure>(() => Choose(options)).ExitCode);
    }

    [Theory]
    [InlineData("60x", 60.0)]
    [InlineData("0.5", 0.5)]
    [InlineData("0x", null)]
    [InlineData("-1x", null)]
    [InlineData("x", null)]
    [InlineData("fast", null)]
    public void a_speed_is_a_factor(string text, double? speed)
    {
        if (speed is null) Assert.Throws<ExpectedFailure>(() => Pace.ParseSpeed(text));
        else Assert.Equal(speed, Pace.ParseSpeed(text));
    }

    [Fact]
    public async Task a_replay_at_a_speed_follows_the_trades_own_clock()
    {
        var path = Path.Combine(Path.GetTempPath(), $"PACED-{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(path, "1,1,1,1,1763596800000,true\n2,1,1,1,1763596860000,true\n");
        try
        {
            // the first signal is of 59.999 s, the last of 899.999 s: 840 s at 1200x are 0.7 s
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(4, (await ReadAsync(Choose(new GeneratorOptions { Trades = path, Speed = "1200x" }))).Count);
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.699, 20);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
