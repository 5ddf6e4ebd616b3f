using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using Xunit;

namespace FuturesEos.Tests.Contracts;

public class SignalReaderTests
{
    private const long Ts = 1_763_596_800_000;
    private const string Good =
        """{"id":"a-1","symbol":"BTCUSDT","side":"BUY","qty":0.25,"price":65012.5,"timeframe":"1m","ts":1763596800000}""";

    private static readonly Signal Expected = new("a-1", "BTCUSDT", Side.Buy, 0.25m, 65012.5m, Timeframe.OneMinute, Ts);

    private static string Read(
        byte[] value, string key = "BTCUSDT", Timeframe topic = Timeframe.OneMinute, long at = Ts) =>
        SignalReader.TryRead(Encoding.UTF8.GetBytes(key), value, topic, at, out var signal, out var refusal)
            ? signal.ToString()
            : $"{refusal.Code}: {refusal.Detail}";

    private static string Read(string value) => Read(Encoding.UTF8.GetBytes(value));

    private static string With(string field, string json) => field switch
    {
        "id" => Good.Replace("\"a-1\"", json),
        "symbol" => Good.Replace("\"BTCUSDT\"", json),
        "side" => Good.Replace("\"BUY\"", json),
        "qty" => Good.Replace("0.25", json),
        "price" => Good.Replace("65012.5", json),
        "timeframe" => Good.Replace("\"1m\"", json),
        _ => Good.Replace("1763596800000", json),
    };

    [Fact]
    public void a_signal_is_read() => Assert.Equal(Expected.ToString(), Read(Good));

    [Fact]
    public void what_is_written_is_read_back()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var signal = Expected with { Id = "quote \" and \\ too", Qty = 0.00000001m, Price = 999999999999999.99999999m };
        signal.Write(output);
        Assert.Equal(signal.ToString(), Read(output.WrittenSpan.ToArray()));
        output.Clear();
        (signal with { Id = null }).Write(output);
        Assert.Equal((signal with { Id = null }).ToString(), Read(output.WrittenSpan.ToArray()));
        Assert.DoesNotContain("id", Encoding.UTF8.GetString(output.WrittenSpan).Replace("side", ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("""{"symbol":""")]
    [InlineData("""{"symbol":"BTCUSDT",}""")]
    [InlineData("""{"symbol" "BTCUSDT"}""")]
    [InlineData("""{'symbol':"BTCUSDT"}""")]
    [InlineData("""{"qty":01}""")]
    [InlineData("""{"qty":+1}""")]
    [InlineData("""{"qty":.5}""")]
    [InlineData("""{"qty":1.}""")]
    [InlineData("""{"qty":NaN}""")]
    [InlineData("""{"a":"\x"}""")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData(Good + "x")]
    [InlineData(Good + Good)]
    [InlineData(Good + "\0")]
    [InlineData("/* */" + Good)]
    public void what_is_not_one_json_object_is_malformed(string value) => Assert.StartsWith("MALFORMED", Read(value));

    [Fact]
    public void white_space_and_a_byte_order_mark_around_the_object_do_not_matter()
    {
        Assert.Equal(Expected.ToString(), Read(" \t\r\n" + Good + "\r\n"));
        Assert.Equal(Expected.ToString(), Read("\uFEFF" + Good));
        Assert.StartsWith("MALFORMED", Read("\uFEFF\uFEFF" + Good));
    }

    [Theory]
    [InlineData(0xff)]
    [InlineData(0xc1, 0x81)] // an overlong 'A'
    [InlineData(0xed, 0xa0, 0x80)] // a surrogate
    [InlineData(0xe2, 0x82)] // cut
    public void bytes_that_are_not_utf_8_are_malformed_wherever_they_stand(params int[] bytes)
    {
        var text = Encoding.Latin1.GetString([.. bytes.Select(b => (byte)b)]);
        Assert.StartsWith("MALFORMED", Read(Encoding.Latin1.GetBytes(With("id", $"\"{text}\""))));
        Assert.StartsWith(
            "MALFORMED", Read(Encoding.Latin1.GetBytes(Good.Replace("\"id\":", $"\"note\":\"{text}\",\"id\":"))));
    }

    [Fact]
    public void utf_16_is_malformed() => Assert.StartsWith("MALFORMED", Read(Encoding.Unicode.GetBytes(Good)));

    [Theory]
    [InlineData("id", "\"\"")]
    [InlineData("id", "7")]
    [InlineData("id", "true")]
    [InlineData("id", "{}")]
    [InlineData("id", "\"caf\u00e9\"")]
    [InlineData("id", "\"tab\\t\"")]
    [InlineData("id", "\"\\u007f\"")]
    [InlineData("id", "\"\\ud800\"")]
    [InlineData("id", "\"12345678901234567890123456789012345678901234567890123456789012345\"")]
    [InlineData("symbol", "\"btcusdt\"")]
    [InlineData("symbol", "\"BTC USDT\"")]
    [InlineData("symbol", "\"BTCUSDT\\n\"")]
    [InlineData("symbol", "\"\"")]
    [InlineData("symbol", "null")]
    [InlineData("symbol", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456\"")]
    [InlineData("side", "\"buy\"")]
    [InlineData("side", "\"HOLD\"")]
    [InlineData("side", "1")]
    [InlineData("side", "null")]
    [InlineData("qty", "0")]
    [InlineData("qty", "-0")]
    [InlineData("qty", "0e5")]
    [InlineData("qty", "-1")]
    [InlineData("qty", "\"1\"")]
    [InlineData("qty", "[1]")]
    [InlineData("qty", "null")]
    [InlineData("qty", "1e-9")]
    [InlineData("qty", "0.000000001")]
    [InlineData("qty", "1e15")]
    [InlineData("qty", "1000000000000000")]
    [InlineData("qty", "999999999999999.999999991")]
    [InlineData("qty", "1e2147483647")]
    [InlineData("qty", "1e99999999999999999999")]
    [InlineData("qty", "1e-99999999999999999999")]
    [InlineData("price", "1234567890123456.5")]
    [InlineData("price", "0.123456789")]
    [InlineData("price", "123456789012345678901234567890123456789012345678901234567890")]
    [InlineData("timeframe", "\"30m\"")]
    [InlineData("timeframe", "\"1M\"")]
    [InlineData("timeframe", "1")]
    [InlineData("timeframe", "null")]
    [InlineData("ts", "0")]
    [InlineData("ts", "-1")]
    [InlineData("ts", "4102444800000")]
    [InlineData("ts", "1763596800000.5")]
    [InlineData("ts", "\"1763596800000\"")]
    [InlineData("ts", "1e400")]
    [InlineData("ts", "null")]
    public void a_field_out_of_its_limits_is_named(string field, string json)
    {
        // the record is later than any signal, so that a time is refused for itself
        Assert.StartsWith(
            $"INVALID_FIELD: {field} ", Read(Encoding.UTF8.GetBytes(With(field, json)), at: long.MaxValue));
    }

    [Theory]
    [InlineData("symbol")]
    [InlineData("side")]
    [InlineData("qty")]
    [InlineData("price")]
    [InlineData("timeframe")]
    [InlineData("ts")]
    public void a_missing_field_is_named(string field) =>
        Assert.StartsWith($"INVALID_FIELD: {field} ", Read(Good.Replace($"\"{field}\"", $"\"{field}s\"")));

    [Theory]
    [InlineData("1e-8", "0.00000001")]
    [InlineData("0.00000001", "0.00000001")]
    [InlineData("0.0000000100000000000000000000000000000000000000", "0.00000001")]
    [InlineData("12345e3", "12345000")]
    [InlineData("12345E+3", "12345000")]
    [InlineData("25e-2", "0.25")]
    [InlineData("2500000000000000000000000000000000000000e-40", "0.25")]
    [InlineData("0.00000000000000000000000000000000000000025e39", "0.25")]
    [InlineData("999999999999999.99999999", "999999999999999.99999999")]
    [InlineData("99999999999999999999999e-8", "999999999999999.99999999")]
    [InlineData("1e14", "100000000000000")]
    [InlineData("1014570929108", "1014570929108")]
    [InlineData("65012.50", "65012.5")]
    public void an_amount_may_be_written_in_any_way_that_stays_within_its_plain_limits(string json, string plain)
    {
        SignalReader.TryReadValue(Encoding.UTF8.GetBytes(With("qty", json)), out var signal, out _);
        Assert.Equal(plain, Decimals.Format(signal.Qty));
        Assert.Equal(decimal.Parse(plain), signal.Qty);
    }

    [Theory]
    [InlineData("1763596800000.0", Ts)]
    [InlineData("1.7635968e12", Ts)]
    [InlineData("1", 1)]
    [InlineData("4102444799999", 4102444799999)]
    public void a_time_is_a_whole_number_however_it_is_written(string json, long ts)
    {
        Assert.True(SignalReader.TryReadValue(Encoding.UTF8.GetBytes(With("ts", json)), out var signal, out _));
        Assert.Equal(ts, signal.Ts);
    }

    [Fact]
    public void of_a_repeated_field_the_last_counts_and_null_counts_as_absent()
    {
        Assert.Equal(Expected.ToString(), Read(Good.Replace("\"side\":", "\"side\":\"SELL\",\"side\":")));
        Assert.Equal(Expected.ToString(), Read(Good.Replace("\"side\":", "\"side\":{\"a\":[1]},\"side\":")));
        Assert.StartsWith("INVALID_FIELD: side", Read(Good.Replace("\"BUY\"", "\"BUY\",\"side\":null")));
        Assert.Equal((Expected with { Id = null }).ToString(), Read(With("id", "null")));
        Assert.Equal((Expected with { Id = null }).ToString(), Read(With("id", "\"b\",\"id\":null")));
    }

    [Fact]
    public void escapes_are_resolved_in_names_and_values()
    {
        Assert.Equal(Expected.ToString(), Read(Good.Replace("\"symbol\":\"BTC", "\"\\u0073ymbol\":\"\\u0042TC")));
        Assert.Equal((Expected with { Id = "/\"\\x" }).ToString(), Read(With("id", "\"\\/\\\"\\\\x\"")));
        Assert.Equal(
            (Expected with { Id = new string('A', 64) }).ToString(),
            Read(With("id", "\"" + string.Concat(Enumerable.Repeat("\\u0041", 64)) + "\"")));
        Assert.Equal(Expected.ToString(),
            Read(Good.Replace("\"side\":", "\"\\ud83d\\ude00\":\"\\ud800\",\"sid\\u00e9\":2,\"side\":")));
    }

    [Theory]
    [InlineData("\"\\ud800\":1")] // half a surrogate pair is well-formed JSON
    [InlineData("\"\\udc00sid\\u0065\":1")]
    [InlineData("\"\\ud83d\\ude00\":1")]
    [InlineData("\"\":1")]
    [InlineData("\"\\u0000\":1")]
    [InlineData("\"side\\u0000\":1")]
    [InlineData("\"caf\u00e9\":1")]
    [InlineData("\"x\":{\"\\ud800\":1}")]
    [InlineData("\"x\":[{},{\"a\":{\"\\udc00\":\"\\ud800\"}}]")]
    public void an_unknown_field_is_ignored_whatever_its_name(string field)
    {
        Assert.Equal(Expected.ToString(), Read(Good.Replace("\"side\":", field + ",\"side\":")));
        Assert.Equal(Expected.ToString(), Read(Good.Replace("1763596800000}", "1763596800000," + field + "}")));
    }

    [Fact]
    public void unknown_fields_are_ignored_with_whatever_is_in_them()
    {
        static string Nested(int depth) => new string('[', depth) + new string(']', depth);
        Assert.Equal(Expected.ToString(),
            Read(Good.Replace("\"side\":", "\"Side\":\"SELL\",\"x\":{\"side\":\"SELL\"},\"side\":")));
        foreach (var depth in new[] { 1, 64, 1000, 400_000 })
        {
            Assert.Equal(Expected.ToString(), Read(Good.Replace("\"side\":", $"\"x\":{Nested(depth)},\"side\":")));
            Assert.StartsWith(
                "MALFORMED", Read(Good.Replace("\"side\":", $"\"x\":{Nested(depth)[..^1]},\"side\":")));
        }

        Assert.Equal(
            Expected.ToString(), Read(Good.Replace("\"side\":", $"\"x\":\"{new string('x', 1_000_000)}\",\"side\":")));
        Assert.Equal(Expected.ToString(),
            Read(Good.Replace("\"side\":", $"\"{new string('y', 10_000)}\":1e99999999999,\"side\":")));
    }

    [Fact]
    public void the_record_around_it_is_checked_in_the_order_of_the_contract()
    {
        var ahead = Ts - 3_600_001;
        byte[] bad = [.. "{}"u8];
        var good = Encoding.UTF8.GetBytes(Good);
        Assert.Equal(Expected.ToString(), Read(good, at: Ts - 3_600_000));
        Assert.Equal(Expected.ToString(), Read(good, at: long.MaxValue));
        Assert.StartsWith("INVALID_FIELD: symbol", Read(bad, "OTHER", Timeframe.FiveMinutes, ahead));
        Assert.StartsWith("INVALID_FIELD: ts", Read(good, "OTHER", Timeframe.FiveMinutes, ahead));
        Assert.StartsWith("INVALID_FIELD: ts", Read(good, at: -1));
        Assert.StartsWith("KEY_MISMATCH", Read(good, "OTHER", Timeframe.FiveMinutes));
        Assert.StartsWith("KEY_MISMATCH", Read(good, ""));
        Assert.StartsWith("KEY_MISMATCH", Read(good, "BTCUSDT\0"));
        Assert.StartsWith("TIMEFRAME_MISMATCH", Read(good, topic: Timeframe.FiveMinutes));
    }

    [Fact]
    public void the_address_of_a_value_is_whatever_can_be_read_of_it()
    {
        static SignalAddress Of(string value) => SignalReader.Address(Encoding.UTF8.GetBytes(value));
        Assert.Equal(new SignalAddress("BTCUSDT", Timeframe.OneMinute, Ts), Of(Good));
        Assert.Equal(new SignalAddress("BTCUSDT", Timeframe.OneMinute, Ts), Of(With("qty", "-1")));
        Assert.Equal(
            new SignalAddress("BTCUSDT", null, null), Of(With("timeframe", "\"2m\"").Replace("1763596800000", "0")));
        Assert.Equal(default, Of("[]"));
        Assert.Equal(default, Of(Good[..^1]));
    }
}
