using System.Text;
using FuturesEos.Contracts.Decisions;
using Xunit;

namespace FuturesEos.Tests.Contracts;

public class DecisionReaderTests
{
    private const string Ten = "[[[[[[[[[[";
    private const string TenEnds = "]]]]]]]]]]";
    private const string Deep = Ten + Ten + Ten + Ten + Ten + Ten + Ten
        + TenEnds + TenEnds + TenEnds + TenEnds + TenEnds + TenEnds + TenEnds;

    private static readonly string Good =
        """
        {"id":"00000000-0000-5000-8000-000000000001","signal_id":"00000000-0000-5000-8000-000000000002","symbol":"BTCUSDT",
        "action":"BUY","reason":"ALIGNED_SIGNALS","confidence":0.8312,"suggested_price":64947.4875,"suggested_qty":0.25,
        "window_start":"2026-11-20T10:00:00Z","window_end":"2026-11-20T10:05:00Z","signal_count":7,"net":3,"timestamp":"2026-11-20T10:03:12.345Z"}
        """.ReplaceLineEndings("");

    private static string Read(string json) =>
        DecisionReader.TryRead(Encoding.UTF8.GetBytes(json), out var decision, out var error)
            ? decision.ToString() : error;

    [Theory]
    [InlineData("0.8312", "8.312e-1")]
    [InlineData("64947.4875", "64947.48750000")]
    [InlineData("\"net\":3", "\"net\":4,\"net\":3")]
    [InlineData("\"net\":3", "\"more\":{\"net\":5},\"net\":3")]
    [InlineData("2026-11-20T10:00:00Z", "2026-11-20T11:00:00.000+01:00")]
    [InlineData("BTCUSDT", "\\u0042TCUSDT")]
    [InlineData("\"net\":3", "\"\\ud800\":5,\"net\":3")]
    [InlineData("\"net\":3", "\"x\":{\"\\udc00\":5},\"net\":3")]
    [InlineData("\"net\":3", "\"x\":" + Deep + ",\"net\":3")]
    [InlineData("\"net\":3", "\"\\u006eet\":3")]
    public void another_way_to_write_it_is_the_same_decision(string part, string otherwise) =>
        Assert.Equal(Read(Good), Read(Good.Replace(part, otherwise)));

    [Theory]
    [InlineData("000000000001", "0000000000001", "id ")]
    [InlineData("000000000002", "00000000000g", "signal_id ")]
    [InlineData("BTCUSDT", "btc", "symbol ")]
    [InlineData("BTCUSDT", "\\ud800", "symbol ")]
    [InlineData("\"BUY\"", "\"buy\"", "action ")]
    [InlineData("\"BUY\"", "null", "action ")]
    [InlineData("ALIGNED_SIGNALS", "", "reason ")]
    [InlineData("0.8312", "1.0001", "confidence ")]
    [InlineData("0.8312", "-0.1", "confidence ")]
    [InlineData("0.8312", "\"0.8312\"", "confidence ")]
    [InlineData("64947.4875", "1e400", "suggested_price ")]
    [InlineData("64947.4875", "1e16", "suggested_price ")]
    [InlineData("\"suggested_qty\":0.25", "\"suggested_qty\":1e15", "suggested_qty ")]
    [InlineData("\"net\":3", "\"net\":2147483648", "net ")]
    [InlineData("64947.4875", "0.123456789", "suggested_price ")]
    [InlineData("\"suggested_qty\":0.25", "\"suggested_qty\":-1", "suggested_qty ")]
    [InlineData("2026-11-20T10:00:00Z", "2026-11-20T10:00:00", "window_start ")]
    [InlineData("10:05:00Z", "25:05:00Z", "window_end ")]
    [InlineData("\"signal_count\":7", "\"signal_count\":7.5", "signal_count ")]
    [InlineData("\"net\":3", "\"net\":99999999999", "net ")]
    [InlineData("\"timestamp\"", "\"time\"", "timestamp is missing")]
    [InlineData("{\"id\"", "[{\"id\"", "not one JSON object")]
    [InlineData("345Z\"}", "345Z\"}}", "not one JSON object")]
    [InlineData("345Z\"}", "345Z\"} {}", "not one JSON object")]
    public void what_is_wrong_is_named(string part, string otherwise, string error) =>
        Assert.StartsWith(error, Read(Good.Replace(part, otherwise)));

    [Fact]
    public void bytes_that_are_no_text_are_refused()
    {
        Assert.False(DecisionReader.TryRead([], out _, out _));
        Assert.False(DecisionReader.TryRead([0xff, 0xfe], out _, out _));
        Assert.False(DecisionReader.TryRead("[]"u8, out _, out _));
        Assert.False(DecisionReader.TryRead("null"u8, out _, out _));
    }
}
