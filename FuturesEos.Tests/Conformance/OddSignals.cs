using System.Text;
using FuturesEos.Contracts;

namespace FuturesEos.Tests.Conformance;

/// <summary>
/// Records of all kinds, the same for a seed: signals of a few symbols on a clock that jumps and falls back, sent twice
/// now and then, and among them such as no sender should make.
/// </summary>
/// <remarks>
/// Left out, since the peer's JSON library does not do there what the contract says: exponents beyond ±2³¹ (it calls
/// the record malformed, even in an unknown field; at 2³¹−1 it takes the number as valid), numbers of more than 1000
/// characters, nesting of more than 1000 levels, names with half a surrogate pair (it calls the record malformed),
/// bytes that are no UTF-8 but look like it (overlong forms, surrogates), UTF-16, and keys that are no UTF-8.
/// </remarks>
internal sealed class OddSignals(int seed)
{
    private const long Start = 1_763_596_800_000;

    private static readonly string[] Numbers =
    [
        "0", "-0", "0.0", "-1", "1e-8", "1e-9", "1E+3", "12345e3", "0.00000001", "0.000000001", "0.0000000100",
        "999999999999999.99999999", "999999999999999", "1014570929108", "1000000000000000.5",
        "1000000000000000", "1e14", "1e15", "99999999999999999999999e-8", "0.25000000000000000000000000000000",
        "2500000000000000000000000000000000e-34",
        "1e400", "1e-400", "0e99", "0.1e-7", "0.1e-8", "123456789012345678901234567890", "\"1\"", "true", "null", "[]",
        "[1,2]", "{}", "{\"qty\":1}", "\"\"", "1.5e0",
        "01", "+1", ".5", "1.", "1e", "NaN", "Infinity", "0x10", "1_000", "--1", "1e1000000000", "1e-1000000000",
        "90071992.54740993", "123456789.87654321",
    ];

    private static readonly string[] Times =
    [
        "0", "-1", "1", "4102444800000", "4102444799999", "1763596800000.0", "1.7635968e12", "17635968e5",
        "1763596800000.5", "\"1763596800000\"", "null", "true",
        "1e400", "99999999999999999999", "1763596800000e0", "[]",
    ];

    private static readonly string[] Texts =
    [
        "\"\"", "\" \"", "null", "7", "true", "{}", "[]", "\"a\\nb\"", "\"caf\u00e9\"", "\"\\u0041\"",
        "\"\\ud83d\\ude00\"", "\"\ud83d\ude00\"", "\"\\ud800\"", "\"\\udc00x\"",
        "\"0123456789012345678901234567890123456789012345678901234567890123\"",
        "\"01234567890123456789012345678901234567890123456789012345678901234\"",
        "\"~ !\\\"\\\\\\/\"", "\"\\u007f\"", "\"\\u0000\"", "\"btc\"", "\"S0\\u0000\"",
        "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345\"", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456\"",
        "\"BUY\"", "\"SELL\"", "\"\\u0042UY\"", "\"buy\"", "\"1m\"", "\"5m\"", "\"15m\"", "\"30m\"", "\"1m \"",
        "\"S1\"", "'x'", "x",
    ];

    private readonly Random _random = new(seed);
    private readonly List<PeerRecord> _sent = [];
    private long _now = Start;

    public PeerRecord Next()
    {
        _now += _random.Next(100) switch { 0 => 400_000, < 5 => 40_000, _ => _random.Next(3_000) };
        var record =
            _sent.Count > 0 && _random.Next(10) == 0 ? _sent[^_random.Next(1, Math.Min(_sent.Count, 200) + 1)] : Make();
        _sent.Add(record);
        return record;
    }

    private PeerRecord Make()
    {
        var symbol = $"S{_random.Next(3)}";
        var timeframe = Timeframes.All[_random.Next(3)];
        var ts = _now - (_random.Next(8) == 0 ? _random.Next(400_000) : 0);
        var at = _random.Next(40) switch { 0 => ts - 3_600_000, 1 => ts - 3_600_001, 2 => ts + 10_000_000, _ => ts };
        var fields = new List<(string Name, string Json)>
        {
            ("symbol", $"\"{symbol}\""),
            ("side", _random.Next(100) < (_now / 3_000_000 % 3 * 35) + 15 ? "\"BUY\"" : "\"SELL\""),
            ("qty", Amount(3)),
            ("price", Price()),
            ("timeframe", $"\"{timeframe.Text()}\""),
            ("ts", $"{ts}"),
        };
        if (_random.Next(3) == 0) fields.Add(("id", $"\"i{_random.Next(2_000)}\""));
        var value = _random.Next(4) == 0 ? Odd(fields) : Plain(fields);
        var key = _random.Next(
            60) switch
        { 0 => null, 1 => ""u8.ToArray(), 2 => "S1"u8.ToArray(), _ => Encoding.UTF8.GetBytes(symbol) };
        return new PeerRecord(
            _random.Next(60) == 0 ? Timeframe.OneMinute : timeframe, key, _random.Next(300) == 0 ? null : value, at);
    }

    private string Amount(int decimals) =>
        (_random.Next(1, 5_000) * (_random.Next(20) == 0 ? 10 : 1) / (decimal)Math.Pow(10, decimals)).ToString();

    /// <summary>
    /// Now and then prices so small that the last decimal decides, and so large that a double does not hold them.
    /// </summary>
    private string Price() => _random.Next(13) switch
    {
        0 => $"0.{_random.Next(1, 3000):00000000}",
        1 => $"{_random.NextInt64(1, 999_999_999_999_999)}.{_random.Next(100_000_000):00000000}",
        2 => $"{5_000 + (_random.Next(3) * 0.000005m)}", // a third of the sum ends in a tie now and then
        3 => $"{_random.Next(1, 100_000)}e-{_random.Next(0, 9)}",
        _ => $"{65_000 + _random.Next(200)}.{_random.Next(100):00}",
    };

    private byte[] Odd(List<(string Name, string Json)> fields)
    {
        for (var changes = _random.Next(1, 3); changes > 0; changes--)
        {
            var i = _random.Next(fields.Count);
            var (name, json) = fields[i];
            var strange = name switch
            {
                "qty" or "price" => Pick(Numbers),
                "ts" => Pick(Times),
                _ => Pick(Texts),
            };
            switch (_random.Next(9))
            {
                case 0: fields.RemoveAt(i); break;
                case 1: fields.Insert(_random.Next(fields.Count + 1), (name, strange)); break;
                case 2 when name.Length > 0: fields[i] = ($"\\u{(int)name[0]:x4}{name[1..]}", json); break;
                case 3:
                    fields.Insert(_random.Next(fields.Count + 1), (Pick(["x", "Symbol",
                    "\\ud83d\\ude00", "", "caf\u00e9", "id "]), Pick(_random.Next(2) == 0 ? Numbers : Texts))); break;
                case 4:
                    fields[i] = (name, json.StartsWith('"')
                    ? "\"" + string.Concat(json[1..^1].Select(c => $"\\u{(int)c:X4}")) + "\"" : json); break;
                default: fields[i] = (name, strange); break;
            }

            if (fields.Count == 0) fields.Add(("symbol", "1"));
        }

        var text = Encoding.UTF8.GetString(Plain(fields));
        return Encoding.UTF8.GetBytes(_random.Next(25) switch
        {
            0 => text[..^1],
            1 => text + "}",
            2 => text + " \r\n\t",
            3 => "\uFEFF" + text,
            4 => text + text,
            5 => "[" + text + "]",
            6 => text.Replace(":", " :\n "),
            7 => text.Replace(",", ",,"),
            8 => text[.._random.Next(text.Length)],
            9 => text.Replace("{\"", "{\"n\":" + new string('[', 50) + new string(']', 50) + ",\""),
            10 => text.Replace("{\"", "{\"n\":{\"symbol\":\"NO\",\"ts\":1"
                + Pick(["", ",\"\\ud83d\\ude00\":{\"a\":[{}]}"]) + "},\""),
            11 => " " + text,
            12 => text + "\0",
            _ => text,
        });
    }

    private byte[] Plain(List<(string Name, string Json)> fields)
    {
        if (_random.Next(4) == 0) fields.Reverse();
        return Encoding.UTF8.GetBytes(
            "{" + string.Join(',', fields.Select(field => $"\"{field.Name}\":{field.Json}")) + "}");
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
