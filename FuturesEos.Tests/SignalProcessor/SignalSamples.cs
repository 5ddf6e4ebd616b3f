using System.Globalization;
using FuturesEos.Contracts;

namespace FuturesEos.Tests.SignalProcessor;

/// <summary>
/// A seeded stream of signals: duplicates, late ones and garbage among them, times rising by up to a step.
/// </summary>
internal sealed class SignalSamples(int seed, int symbols = 12, int stepMs = 2000)
{
    private readonly Random _random = new(seed);
    private (string Topic, string Key, string Json)? _last;

    /// <summary>The record timestamp of the latest, epoch ms.</summary>
    public long TimestampMs { get; private set; } = 1_763_596_800_000;

    /// <summary>The next one is no duplicate.</summary>
    public void NoRepeat() => _last = null;

    /// <summary>The next signal; a live symbol keeps to one topic.</summary>
    public (string Topic, string Key, string Json) Next(bool isLive = false)
    {
        var dice = _random.Next(100);
        if (dice < 5 && _last is { } again) return again;
        TimestampMs += _random.Next(1, stepMs);
        var number = _random.Next(symbols);
        var symbol = $"{(isLive ? "LIVE" : "SYM")}{number}";
        var timeframe = Timeframes.All[isLive ? number % 3 : _random.Next(3)];
        var ts = dice is >= 5 and < 7 ? TimestampMs - 900_000 : TimestampMs;
        var price = (650_000 + _random.Next(2_000)) / 10m;
        var json = dice is >= 7 and < 9
            ? "{\"symbol\":\"" + symbol + "\",\"side\":"
            : string.Create(CultureInfo.InvariantCulture,
                $$"""{"symbol":"{{symbol}}","side":"{{(_random.Next(3) > 0 ? "BUY" : "SELL")}}","qty":{{_random.Next(1, 500) / 100m}},"price":{{price}},"timeframe":"{{timeframe.Text()}}","ts":{{ts}}}""");
        _last = (Topics.Signals(timeframe), symbol, json);
        return _last.Value;
    }
}
