using System.Text;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.SignalGenerator;
using Xunit;

namespace FuturesEos.Tests.SignalGenerator;

public class SendSourceTests
{
    private const long Now = 1_763_600_000_000;
    private const string Good =
        """{"symbol":"BTCUSDT","side":"BUY","qty":1,"price":2,"timeframe":"5m","ts":1763596800000}""";

    private static async Task<List<string>> SendAsync(string input, int chunk = int.MaxValue)
    {
        var lines = new List<string>();
        var source = new SendSource(new ChunkedStream(Encoding.UTF8.GetBytes(input), chunk), new ClockAt(Now));
        await foreach (var record in source.ReadAsync())
            lines.Add(
                $"{record.Timeframe.Text()} {(record.Key is null ? "-" : Encoding.UTF8.GetString(record.Key))} {record.TimestampMs} {Encoding.UTF8.GetString(record.Value)}");
        return lines;
    }

    [Fact]
    public async Task a_line_goes_as_it_is_to_the_topic_of_its_timeframe_under_its_symbol()
    {
        var spaced = Good.Replace(":", " : ");
        Assert.Equal([$"5m BTCUSDT 1763596800000 {Good}", $"5m BTCUSDT 1763596800000 {spaced}"],
            await SendAsync($"{Good}\n\n \r\n{spaced}"));
    }

    [Fact]
    public async Task what_cannot_be_read_of_a_line_gets_a_default()
    {
        Assert.Equal([$"1m - {Now} nonsense"], await SendAsync("nonsense\n"));
        Assert.Equal(
            ["5m BTCUSDT 1763596800000 " + Good.Replace("BUY", "?")], await SendAsync(Good.Replace("BUY", "?")));
        Assert.Equal(
            ["1m BTCUSDT 1763596800000 " + Good.Replace("5m", "9m")], await SendAsync(Good.Replace("5m", "9m")));
    }

    [Fact]
    public async Task a_line_without_a_time_keeps_its_place_among_those_that_have_one() => Assert.Equal(
        ["1m - 1763596800000 a", "1m - 1763596800000 b", $"5m BTCUSDT 1763596800000 {Good}", "1m - 1763596800000 c"],
        await SendAsync($"a\nb\n{Good}\nc\n"));

    [Fact]
    public async Task a_time_that_a_broker_would_refuse_is_left_to_the_processor()
    {
        var edge = Good.Replace("1763596800000", $"{Now + 3_600_000}");
        var ahead = Good.Replace("1763596800000", $"{Now + 3_600_001}");
        Assert.Equal([$"5m BTCUSDT {Now + 3_600_000} {edge}", $"5m BTCUSDT {Now + 3_600_000} {ahead}"],
            await SendAsync($"{edge}\n{ahead}"));
        Assert.Equal([$"5m BTCUSDT {Now} {ahead}"], await SendAsync(ahead));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64 * 1024)]
    public async Task lines_are_whole_however_they_arrive(int chunk)
    {
        var lines = Enumerable.Range(0, 300).Select(i => Good.Replace("BTC", new string('A', i % 20))).ToList();
        var long1 = "{\"n\":\"" + new string('n', chunk == 1 ? 100 : 900_000) + "\"}";
        var sent = await SendAsync(string.Join('\n', lines.Append(long1)), chunk);
        Assert.Equal(lines.Append(long1), sent.Select(s => s.Split(' ', 4)[3]));
    }

    [Fact]
    public async Task a_line_of_exactly_the_limit_is_sent_and_a_longer_one_is_refused_with_its_number()
    {
        var longest = new string('x', SendSource.LineBytesMax);
        Assert.Equal(2, (await SendAsync($"{longest}\n{Good}")).Count);
        foreach (var tooLong in new[] { longest + "x", longest + longest + longest })
        {
            var failure = await Assert.ThrowsAsync<ExpectedFailure>(() => SendAsync($"{Good}\n{tooLong}\n{Good}"));
            Assert.Contains("line 2 is longer than 1000000 bytes", failure.Message);
        }
    }

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }

    private sealed class ClockAt(long ms) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(ms);
    }
}
