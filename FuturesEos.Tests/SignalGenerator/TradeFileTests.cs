using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults;
using FuturesEos.SignalGenerator;
using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.SignalGenerator;

public sealed class TradeFileTests : IDisposable
{
    private const long Start = 1_763_596_800_000; // a quarter of an hour begins
    private const string Header = "id,price,qty,quote_qty,time,is_buyer_maker\n";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("futures-eos-trades-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string text, string name = "ABC-trades.csv")
    {
        var path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }

    private static string Row(long time, string price = "100", string qty = "1", string maker = "true") =>
        $"1,{price},{qty},100,{time},{maker}\n";

    private static async Task<List<Signal>> ReadAsync(TradeFileSource source)
    {
        var signals = new List<Signal>();
        await foreach (var signal in source.ReadAsync()) signals.Add(signal);
        return signals;
    }

    private Task<List<Signal>> ReadAsync(string text, bool skipBad = false) =>
        ReadAsync(TradeFileSource.Open(File(text), null, skipBad));

    /// <summary>What was read before the failure, and its message.</summary>
    private async Task<(List<Signal> Signals, string Message)> FailAsync(string text)
    {
        var signals = new List<Signal>();
        var failure = await Assert.ThrowsAsync<ExpectedFailure>(async () =>
        {
            await foreach (var signal in TradeFileSource.Open(File(text), null, skipBad: false).ReadAsync())
                signals.Add(signal);
        });
        Assert.Equal(ExitCode.CheckFailed, failure.ExitCode);
        return (signals, failure.Message);
    }

    [Fact]
    public async Task the_bundled_sample_gives_3413_signals_in_order()
    {
        var source = TradeFileSource.Open(
            Path.Combine(SourceTree.Root, "samples", "XRPETH-trades-2019-10-11.csv"), null, skipBad: false);
        var signals = await ReadAsync(source);
        Assert.Equal(3413, signals.Count);
        Assert.Equal(signals.OrderBy(s => s.Ts).ThenBy(s => s.Timeframe), signals);
        Assert.Equal(3413, signals.Select(s => SignalId.Of(s)).Distinct().Count());
        Assert.All(signals, s => Assert.Equal("XRPETH", s.Symbol));
        // the first minute: opened at 0.00141342, 1482 traded
        Assert.Equal(new Signal("XRPETH-1m-1570752000000",
            "XRPETH", Side.Buy, 1482, 0.00141418m, Timeframe.OneMinute, 1570752059999), signals[0]);
    }

    [Fact]
    public async Task candles_are_aligned_and_leave_in_order_of_their_end()
    {
        // 00:00:10, 00:01:10 (flat after 00:00), nothing until 00:14:59.999, then 00:15:00
        var signals = await ReadAsync(Header + Row(Start + 10_000)
            + Row(Start + 70_000, "101") + Row(Start + 899_999, "99") + Row(Start + 900_000, "99.5"));
        Assert.Equal(
            [
                ("1m", Start + 59_999), ("1m", Start + 119_999), ("5m", Start + 299_999), ("1m", Start + 899_999),
                ("5m", Start + 899_999), ("15m", Start + 899_999),
                ("1m", Start + 959_999), ("5m", Start + 1_199_999), ("15m", Start + 1_799_999),
            ],
            signals.Select(s => (s.Timeframe.Text(), s.Ts)));
        var quarter = signals[5];
        Assert.Equal(new Signal($"ABC-15m-{Start}", "ABC", Side.Sell, 3, 99, Timeframe.FifteenMinutes, Start + 899_999),
            quarter);
        Assert.Equal((Side.Buy, 101m, 2m), (signals[2].Side, signals[2].Price, signals[2].Qty));
    }

    [Theory]
    [InlineData("false,1 true,1", Side.Buy)] // takers bought half
    [InlineData("false,1 true,1.00000001", Side.Sell)]
    [InlineData("true,1", Side.Sell)]
    [InlineData("False,1", Side.Buy)]
    public async Task a_flat_candle_goes_where_the_takers_went(string trades, Side side)
    {
        var rows = trades.Split(' ').Select(t => t.Split(',')).Select(t => Row(Start, "100", t[1], t[0]));
        Assert.All(await ReadAsync(string.Concat(rows)), signal => Assert.Equal(side, signal.Side));
    }

    [Fact]
    public async Task the_forms_of_the_dumps_are_read_alike()
    {
        var rows = Row(Start + 1_123) + Row(Start + 61_456, "100.5", "0.25", "false");
        var expected = await ReadAsync(Header + rows);
        Assert.Equal(5, expected.Count + 1);
        string[] others =
        [
            rows, // without the header
            "\uFEFF" + Header + rows,
            (Header + rows).Replace("\n", "\r\n"),
            rows.TrimEnd('\n'), // the last line without its end
            // microseconds
            rows.Replace($"{Start + 1_123}", $"{Start + 1_123}999")
                .Replace($"{Start + 61_456}", $"{Start + 61_456}000"),
            rows.Replace("true", "True,True").Replace("false", "False,True"), // spot dumps
            rows.Replace("100,1,", "100.00000000,1.00000000,"),
            rows + "\n\n",
        ];
        foreach (var text in others) Assert.Equal(expected, await ReadAsync(text));
    }

    [Theory]
    [InlineData("1,100,1,100,1763596860000,tru")] // cut
    [InlineData("1,100,1,100,17635968600")]
    [InlineData("1,100,1")]
    [InlineData("1,100,1,100,1763596860000,true,Fal")]
    [InlineData("1,100,1,100,1763596860000,true,true,true")]
    [InlineData("1,0,1,100,1763596860000,true")]
    [InlineData("1,-1,1,100,1763596860000,true")]
    [InlineData("1,1e,1,100,1763596860000,true")]
    [InlineData("1,0.123456789,1,100,1763596860000,true")]
    [InlineData("1,100,0,100,1763596860000,true")]
    [InlineData("1,100,NaN,100,1763596860000,true")]
    [InlineData("1,100,1,100,2025-11-20,true")]
    [InlineData("1,100,1,100,0,true")]
    [InlineData("1,100,1,100,4102444800000,true")]
    [InlineData("1,100,1,100,1.7635968E+12,true")] // of a spreadsheet
    [InlineData("1,100,1,100,1763596860,true")] // seconds
    [InlineData("1,100,1,100,1763596860000.0,true")]
    [InlineData("1,100,1,100,17635968600000,true")] // 14 digits
    [InlineData("1,100,1,100,176359686000000,true")] // 15 digits
    [InlineData("1,100,1,100,1763596860000000000,true")] // nanoseconds
    [InlineData("1,100,1,100,+176359686000,true")]
    [InlineData("1,100,1,100, 1763596860000,true")]
    [InlineData("1,100,1,100,1230767999999,true")] // 2008
    [InlineData("1,100,1,100,0001763596860000,true")] // 16 digits, but of 1970
    [InlineData("1,100,1,100,4102444799999,true")] // the future
    [InlineData("1,100,1,100,4102444799999000,true")]
    [InlineData("1,1000000000000000,1,100,1763596860000,true")] // 16 digits
    [InlineData("1,100,1000000000000000,100,1763596860000,true")]
    [InlineData("1,100,1,100,1763596860000,1")]
    [InlineData("1,100,1,100,1763596799999,true")] // before the open minute
    [InlineData("garbage")]
    [InlineData("id,price,qty,quote_qty,time,is_buyer_maker")] // a second header
    [InlineData(" ")]
    public async Task a_row_that_cannot_be_read_stops_with_its_line_number_before_anything_of_it(string row)
    {
        var (signals, message) =
            await FailAsync(Header + Row(Start) + Row(Start + 1) + row + "\n" + Row(Start + 120_000));
        Assert.Empty(signals);
        Assert.Contains("ABC-trades.csv line 4: ", message);
        Assert.Contains("--skip-bad", message);
    }

    [Theory]
    [InlineData("1230768000000", "1230768000000")] // 2009-01-01
    [InlineData("1763596860000999", "1763596860000")]
    public async Task a_time_is_a_whole_number_of_13_or_16_digits(string time, string milliseconds) => Assert.Equal(
        await ReadAsync($"1,100,1,100,{milliseconds},true"), await ReadAsync($"1,100,1,100,{time},true"));

    [Fact]
    public async Task a_trade_of_this_moment_is_read_and_one_that_is_still_to_come_is_not()
    {
        async Task<int> CountAsync(long nowMs) =>
            (await ReadAsync(TradeFileSource.Open(File(Row(Start)), null, skipBad: true, new ClockAt(nowMs)))).Count;
        Assert.Equal(3, await CountAsync(Start));
        Assert.Equal(0, await CountAsync(Start - 1));
    }

    [Fact]
    public async Task a_volume_that_no_signal_can_have_stops_with_the_row_that_makes_it()
    {
        // each row is fine by itself, and so is each minute: the candle of five minutes is not
        var (most, half) = ("999999999999999.99999999", "500000000000000");
        var (signals, message) = await FailAsync(Row(Start, qty: half) + Row(Start + 60_000, qty: half));
        Assert.Empty(signals);
        Assert.Contains("line 2: with its quantity the volume of a candle has more than 15 digits", message);
        var skipped = TradeFileSource.Open(File(Row(Start, qty: most) + Row(Start + 1, qty: "0.00000001")
            + Row(Start + 900_000, qty: most)), null, skipBad: true);
        Assert.Equal(Enumerable.Repeat(decimal.Parse(most), 6), (await ReadAsync(skipped)).Select(s => s.Qty));
        Assert.Equal(1, skipped.SkippedRows);
    }

    [Fact]
    public async Task the_largest_quantities_of_a_venue_give_signals_that_the_contract_takes()
    {
        var path = Path.Combine(SourceTree.Root, "..", "shared", "cases", "SHIBUSDT-trades-big.csv");
        Assert.SkipUnless(System.IO.File.Exists(path), $"needs {path}");
        var signals = await ReadAsync(TradeFileSource.Open(path, null, skipBad: false));
        Assert.Contains(signals, s => s.Qty >= 1_000_000_000_000);
        AssertTaken(signals);
    }

    /// <summary>Rows of any digits that a row may have; what cannot be a signal is refused before it is one.</summary>
    [Fact]
    public async Task whatever_is_in_a_file_no_signal_is_sent_that_the_contract_refuses()
    {
        var random = new Random(9);
        string Digits(int most) =>
            string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => random.Next(10)));
        var (text, time) = (new StringBuilder(), Start);
        for (var i = 0; i < 20_000; i++)
        {
            time += random.Next(30_000);
            text.Append(Row(random.Next(50) == 0 ? time * 1000 : time, $"{Digits(16)}.{Digits(9)}",
                random.Next(4) == 0 ? $"9{Digits(14)}.{Digits(8)}" : $"{Digits(16)}.{Digits(8)}",
                random.Next(2) == 0 ? "true" : "false"));
        }

        var source = TradeFileSource.Open(File(text.ToString()), null, skipBad: true);
        var signals = await ReadAsync(source);
        Assert.True(signals.Count > 1_000 && source.SkippedRows > 1_000, $"{signals.Count}, {source.SkippedRows}");
        AssertTaken(signals);
    }

    private static void AssertTaken(List<Signal> signals)
    {
        Assert.NotEmpty(signals);
        Assert.All(signals, signal =>
        {
            var record = OutgoingRecord.Of(signal);
            Assert.True(SignalReader.TryRead(record.Key, record.Value, record.Timeframe, record.TimestampMs,
                out var read, out var refusal), refusal.Detail);
            Assert.Equal(signal, read);
        });
    }

    private sealed class ClockAt(long ms) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(ms);
    }

    [Fact]
    public async Task what_was_complete_before_such_a_row_was_sent()
    {
        var (signals, message) = await FailAsync(Row(Start) + Row(Start + 300_000) + "cut,1");
        Assert.Equal([$"ABC-1m-{Start}", $"ABC-5m-{Start}"], signals.Select(s => s.Id));
        Assert.Contains("line 3", message);
    }

    [Fact]
    public async Task skipped_rows_are_counted_and_leave_no_trace()
    {
        var expected = await ReadAsync(Row(Start) + Row(Start + 60_000));
        var source = TradeFileSource.Open(
            File("nonsense\n" + Row(Start) + "1,2,3\n" + Row(Start - 1)
                + new string('9', 5_000) + "\n" + Row(Start + 60_000) + "1,100,1,1"), null, skipBad: true);
        Assert.Equal(expected, await ReadAsync(source));
        Assert.Equal(5, source.SkippedRows);
    }

    [Theory]
    [InlineData("agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker",
        "no header of trades")]
    [InlineData("PK\u0003\u0004....", "zip")]
    public async Task a_file_of_another_kind_is_named(string first, string what)
    {
        var (_, message) = await FailAsync(first + "\n" + Row(Start));
        Assert.Contains("line 1: ", message);
        Assert.Contains(what, message);
    }

    [Fact]
    public void file_and_symbol_are_checked_first()
    {
        Assert.Equal(ExitCode.Usage,
            Assert.Throws<ExpectedFailure>(() => TradeFileSource.Open("nowhere.csv", null, false)).ExitCode);
        Assert.Contains("--symbol",
            Assert.Throws<ExpectedFailure>(() => TradeFileSource.Open(File("", "lower-x.csv"), null, false)).Message);
    }

    [Fact]
    public async Task the_symbol_is_the_files_name_up_to_its_first_dash_or_what_was_asked_for()
    {
        Assert.Equal("BTC_USDT", (await ReadAsync(
            TradeFileSource.Open(File(Row(Start), "BTC_USDT-trades-2025-01.csv"), null, false)))[0].Symbol);
        Assert.Equal(
            "X.Y", (await ReadAsync(TradeFileSource.Open(File(Row(Start), "BTC-x.csv"), "X.Y", false)))[0].Symbol);
    }

    [Fact]
    public async Task an_empty_file_and_a_lone_header_have_no_signals()
    {
        Assert.Empty(await ReadAsync(""));
        Assert.Empty(await ReadAsync(Header));
    }
}
