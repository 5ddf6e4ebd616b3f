using System.Globalization;
using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.SignalProcessor;
using FuturesEos.Streams.Testing;
using Xunit;

namespace FuturesEos.Tests.SignalProcessor;

/// <summary>
/// Windows and ids go when their time is over: state is as large as the open windows, however long the stream was.
/// </summary>
public class BoundedStateTests
{
    private const int Symbols = 200;
    private const int Transaction = 2_000;
    private const int SignalsEachSecond = 500;

    public static TheoryData<int, int> Lengths => [
        new TheoryDataRow<int, int>(200_000, 600_000),
        new TheoryDataRow<int, int>(1_000_000, 10_000_000).WithTrait("Category", "Long"),
    ];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void state_after_many_signals_is_as_large_as_after_some(int some, int many)
    {
        var driver = new StreamsTestDriver([.. Topics.OfSignals.Select(t => t.Name)],
            _ => new SignalTask("bounded", TimeSpan.FromMilliseconds(WindowTime.DefaultGraceMs)));
        var random = new Random(3);
        long decisions = 0, largestAtFirst = 0, largestLater = 0;
        for (var sent = 0; sent < many;)
        {
            for (var i = 0; i < Transaction; i++, sent++)
                Send(driver, random, 1_763_596_800_000 + (sent * 1000L / SignalsEachSecond));
            driver.Run();
            decisions += driver.Outputs.Count;
            driver.Outputs.Clear();
            if (sent % (Transaction * 10) != 0) continue;
            var size = driver.StateOf(0).Sum(e => (long)e.Key.Length + e.Value.Length);
            if (sent <= some) largestAtFirst = Math.Max(largestAtFirst, size);
            else largestLater = Math.Max(largestLater, size);
        }

        Assert.True(decisions > many * 0.99, $"{decisions} decisions of {many} signals");
        Assert.InRange(largestLater, 1, largestAtFirst * 105 / 100);
    }

    private static void Send(StreamsTestDriver driver, Random random, long ts)
    {
        var symbol = $"SYM{random.Next(Symbols)}";
        var timeframe = Timeframes.All[random.Next(3)];
        var json = string.Create(CultureInfo.InvariantCulture,
            $$"""{"symbol":"{{symbol}}","side":"{{(random.Next(2) == 0 ? "BUY" : "SELL")}}","qty":{{random.Next(1, 500)}},"price":{{650_000 + random.Next(2_000)}},"timeframe":"{{timeframe.Text()}}","ts":{{ts}}}""");
        driver.Send(Topics.Signals(timeframe), Encoding.ASCII.GetBytes(symbol), Encoding.ASCII.GetBytes(json), ts);
    }
}
