using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.SignalGenerator;

/// <summary>Options of the signal generator; each is also a setting.</summary>
internal sealed class GeneratorOptions
{
    [Setting("--rate", "synthetic signals per second; 0: none")]
    public double Rate { get; set; } = 5;

    [Setting("--symbols", "symbols of synthetic signals, separated by commas")]
    public string Symbols { get; set; } = "BTCUSDT,ETHUSDT,SOLUSDT,BNBUSDT,LTCUSDT";

    [Setting("--seed", "makes the same walk again; without it, another at every start")]
    public long? Seed { get; set; }

    [Setting("--timeframe", "1m, 5m or 15m: one round, one synthetic signal a symbol, and exit")]
    public string? Timeframe { get; set; }

    [Setting("--identical", "burst: the same signal every time")]
    public bool Identical { get; set; }

    [Setting("--trades", "replays this file of trades instead")]
    public string? Trades { get; set; }

    [Setting("--symbol", "symbol of the trades; without it, the file's name up to its first '-'")]
    public string? Symbol { get; set; }

    [Setting("--speed", "60x: the trades' own clock, sixty times as fast; without it, as fast as Kafka takes them")]
    public string? Speed { get; set; }

    [Setting("--skip-bad", "skips and counts rows that cannot be read, instead of stopping there")]
    public bool SkipBad { get; set; }

    [Setting("--mix", "replays even where newer signals lie in the topics: part of the file may then be late")]
    public bool Mix { get; set; }
}
