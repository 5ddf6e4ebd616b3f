using System.Buffers;
using System.Globalization;
using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.Chaos;

/// <summary>
/// Signals as a bad day brings them: most are good, some are sent twice, some are late, some are no signals. The same
/// seed gives the same records, but for their times.
/// </summary>
internal sealed class SignalMix(int seed)
{
    private const double ShareOfRepeated = 0.05;
    private const double ShareOfBad = 0.02;
    private const double ShareOfLate = 0.005;
    private const int RememberedMax = 2_000;
    private const int SpellMin = 10;
    private const int SpellMax = 60;
    private static readonly TimeSpan Lateness = TimeSpan.FromMinutes(10);
    private static readonly string[] Symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "LTCUSDT", "XRPETH",
        "ADAUSDT", "DOTUSDT", "UNIUSDT"];

    private readonly Random _random = new(seed);
    private readonly List<OutgoingSignal> _sent = [];
    private readonly Walk[] _walks = [.. Symbols.Select(symbol => new Walk(symbol))];
    private long _count;

    /// <summary>The next record.</summary>
    /// <param name="nowMs">Its time, epoch milliseconds.</param>
    public OutgoingSignal Next(long nowMs)
    {
        var kind = _random.NextDouble();
        if (kind < ShareOfRepeated && _sent.Count > 0) return _sent[_random.Next(_sent.Count)];
        if (kind < ShareOfRepeated + ShareOfBad) return Bad(nowMs);
        var isLate = kind < ShareOfRepeated + ShareOfBad + ShareOfLate;
        var record = Record(Good(isLate ? nowMs - (long)Lateness.TotalMilliseconds : nowMs));
        if (_sent.Count < RememberedMax) _sent.Add(record);
        else _sent[_random.Next(RememberedMax)] = record;
        return record;
    }

    // spells of one direction, so that every action of the decision table is seen
    private Signal Good(long ts)
    {
        var walk = _walks[_random.Next(_walks.Length)];
        if (walk.SpellLeft-- == 0)
        {
            walk.SpellLeft = _random.Next(SpellMin, SpellMax);
            walk.BuyShare = 0.1 + (0.8 * _random.NextDouble());
        }

        var side = _random.NextDouble() < walk.BuyShare ? Side.Buy : Side.Sell;
        walk.Price = Math.Clamp(walk.Price + ((side == Side.Buy ? 1 : -1) * _random.Next(1, 50) / 100m), 1, 100_000);
        var id = string.Create(CultureInfo.InvariantCulture, $"chaos-{seed}-{++_count}");
        var timeframe = Timeframes.All[_random.Next(Timeframes.Count)];
        return new Signal(id, walk.Symbol, side, _random.Next(1, 500) / 1000m, walk.Price, timeframe, ts);
    }

    private OutgoingSignal Bad(long nowMs)
    {
        var good = Record(Good(nowMs));
        var text = Encoding.ASCII.GetString(good.Value);
        return _random.Next(5) switch
        {
            0 => good with { Value = Encoding.ASCII.GetBytes("no signal at all") },
            1 => good with { Value = Encoding.ASCII.GetBytes(text[..(text.Length / 2)]) },
            2 => good with
            {
                Value =
                Encoding.ASCII.GetBytes(text.Replace("\"qty\":", "\"qty\":-", StringComparison.Ordinal))
            },
            3 => good with { Timeframe = Timeframes.All[((int)good.Timeframe + 1) % Timeframes.Count] },
            _ => good with { Value = [] },
        };
    }

    private static OutgoingSignal Record(in Signal signal)
    {
        var json = new ArrayBufferWriter<byte>(512);
        signal.Write(json);
        return new OutgoingSignal(
            signal.Timeframe, Encoding.ASCII.GetBytes(signal.Symbol), json.WrittenSpan.ToArray(), signal.Ts);
    }

    private sealed class Walk(string symbol)
    {
        public string Symbol { get; } = symbol;

        public decimal Price { get; set; } = 1_000;

        public double BuyShare { get; set; } = 0.5;

        public int SpellLeft { get; set; }
    }
}
