using FuturesEos.Contracts;
using Xunit;

namespace FuturesEos.Tests.Contracts;

public class TopicsTests
{
    private static string Describe(TopicDeclaration topic) =>
        $"{topic.Name} {topic.Partitions} {string.Join(' ', topic.Settings.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}"))}";

    [Fact]
    public void the_declaration_is_that_of_the_contract()
    {
        const string signal = "3 max.message.bytes=1048588 message.timestamp.after.max.ms=3600000 retention.ms=-1";
        const string output = "message.timestamp.after.max.ms=9223372036854775807 retention.ms=-1";
        Assert.Equal(
            [
                $"trading.signal.1m {signal}", $"trading.signal.5m {signal}", $"trading.signal.15m {signal}",
                $"trading.decisions 3 {output}",
                $"trading.signal.dead-letter 3 max.message.bytes=8388704 {output}",
                $"futures-eos-signal-windows-changelog 3 cleanup.policy=compact {output}", $"trading.orders 3 {output}",
            ],
            Topics.All().Select(Describe));
    }

    [Fact]
    public void a_second_engine_has_outputs_of_its_own() => Assert.Equal(
        ["second.decisions", "second.signal.dead-letter", "app-2-signal-windows-changelog"],
        Topics.OfProcessor("app-2", "second").Select(topic => topic.Name));

    [Fact]
    public void a_topic_of_signals_tells_its_timeframe()
    {
        foreach (var timeframe in Timeframes.All)
        {
            Assert.True(Topics.TryTimeframe(Topics.Signals(timeframe), out var read));
            Assert.Equal(timeframe, read);
        }

        Assert.False(Topics.TryTimeframe("trading.signal.1", out _));
    }

    [Fact]
    public void replicas_are_three_where_three_brokers_are() =>
        Assert.Equal([1, 2, 3, 3], new[] { 1, 2, 3, 5 }.Select(Topics.ReplicationOn));
}
