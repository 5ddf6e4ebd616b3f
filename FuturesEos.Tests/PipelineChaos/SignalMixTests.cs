using FuturesEos.Cli.Chaos;
using FuturesEos.Contracts.Signals;
using Xunit;

namespace FuturesEos.Tests.PipelineChaos;

public class SignalMixTests
{
    private const long Now = 1_763_000_000_000;

    [Fact]
    public void the_same_seed_gives_the_same_records()
    {
        Assert.Equal(Records(3).Select(Text), Records(3).Select(Text));
        Assert.NotEqual(Records(3).Select(Text), Records(4).Select(Text));
    }

    [Fact]
    public void some_are_repeated_some_are_refused_some_are_old_and_most_are_good()
    {
        var records = Records(1);
        var repeated = records.Count - records.Select(Text).Distinct().Count();
        var refused = records.Count(record => !SignalReader.TryRead(
            record.Key, record.Value, record.Timeframe, record.TimestampMs, out _, out _));
        var old = records.Count(record => record.TimestampMs < Now);
        Assert.InRange(repeated, records.Count / 40, records.Count / 10);
        Assert.InRange(refused, records.Count / 100, records.Count / 25);
        Assert.InRange(old, 1, records.Count / 50);
    }

    private static List<OutgoingSignal> Records(int seed)
    {
        var mix = new SignalMix(seed);
        return [.. Enumerable.Range(0, 4_000).Select(i => mix.Next(Now + i))];
    }

    private static string Text(OutgoingSignal record) =>
        $"{record.Timeframe} {record.TimestampMs} {Convert.ToHexString(record.Key)} {Convert.ToHexString(record.Value)}";
}
