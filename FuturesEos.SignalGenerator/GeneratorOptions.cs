using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.SignalGenerator;

/// <summary>Options of the signal generator; each is also a setting.</summary>
internal sealed class GeneratorOptions
{
    [Setting("--rate", "Generator:Rate", "synthetic signals per second; 0: none")]
    public double Rate { get; set; } = 5;

    [Setting("--symbols", "Generator:Symbols", "symbols of synthetic signals, separated by commas")]
    public string Symbols { get; set; } = "BTCUSDT,ETHUSDT,SOLUSDT,BNBUSDT,LTCUSDT";

    [Setting("--seed", "Generator:Seed", "makes the same walk again; without it, another at every start")]
    public long? Seed { get; set; }

    [Setting("--timeframe", "Generator:Timeframe", "1m, 5m or 15m: one round, one synthetic signal a symbol, and exit")]
    public string? Timeframe { get; set; }

    [Setting("--identical", "Generator:Identical", "burst: the same signal every time")]
    public bool Identical { get; set; }

    [Setting("--trades", "Generator:Trades", "replays this file of trades instead")]
    public string? Trades { get; set; }

    [Setting("--symbol", "Generator:Symbol", "symbol of the trades; without it, the file's name up to its first '-'")]
    public string? Symbol { get; set; }

    [Setting("--speed",
        "Generator:Speed", "60x: the trades' own clock, sixty times as fast; without it, as fast as Kafka takes them")]
    public string? Speed { get; set; }

    [Setting("--skip-bad", "Generator:SkipBad", "skips and counts rows that cannot be read, instead of stopping there")]
    public bool SkipBad { get; set; }
}
