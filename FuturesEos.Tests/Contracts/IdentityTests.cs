using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Events;
using FuturesEos.Contracts.Orders;
using FuturesEos.Contracts.Signals;
using Xunit;

namespace FuturesEos.Tests.Contracts;

public class IdentityTests
{
    private static readonly Signal Signal =
        new(null, "BTCUSDT", Side.Buy, 0.25m, 65012.5m, Timeframe.OneMinute, 1_763_596_800_000);

    [Fact]
    public void a_name_based_uuid_is_that_of_rfc_9562()
    {
        // appendix A.4: version 5, DNS namespace, www.example.com
        var dns = new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        Assert.Equal(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"), NameBasedUuid.Create(dns, "www.example.com"));
        Assert.Equal(NameBasedUuid.Create(dns, new string('x', 496)),
            NameBasedUuid.Create(dns, new byte[496].Select(_ => (byte)'x').ToArray()));
        Assert.NotEqual(
            NameBasedUuid.Create(dns, new string('x', 497)), NameBasedUuid.Create(dns, new string('x', 496)));
    }

    [Fact]
    public void without_an_id_the_content_identifies()
    {
        var name = "content\nBTCUSDT\n1m\n1763596800000\nBUY\n0.25\n65012.5";
        Assert.Equal(NameBasedUuid.Create(SignalId.Namespace, name), SignalId.Of(Signal));
        Assert.Equal(SignalId.Of(Signal), SignalId.Of(Signal with { Qty = 0.2500m, Price = 65012.50000000m }));
        Signal[] others =
        [
            Signal with { Symbol = "ETHUSDT" }, Signal with { Timeframe = Timeframe.FiveMinutes },
            Signal with { Ts = 1_763_596_800_001 },
            Signal with { Side = Side.Sell }, Signal with { Qty = 0.26m }, Signal with { Price = 65012.51m },
            Signal with { Id = "x" },
        ];
        Assert.Equal(others.Length + 1, others.Append(Signal).Select(s => SignalId.Of(s)).Distinct().Count());
    }

    [Fact]
    public void with_an_id_it_identifies_together_with_symbol_timeframe_and_time()
    {
        var signal = Signal with { Id = "a-1" };
        Assert.Equal(
            NameBasedUuid.Create(SignalId.Namespace, "id\nBTCUSDT\n1m\n1763596800000\na-1"), SignalId.Of(signal));
        Assert.Equal(SignalId.Of(signal), SignalId.Of(signal with { Qty = 7, Price = 8, Side = Side.Sell }));
        Assert.NotEqual(SignalId.Of(signal), SignalId.Of(signal with { Ts = 1 }));
        Assert.NotEqual(SignalId.Of(signal), SignalId.Of(signal with { Symbol = "X" }));
        Assert.NotEqual(SignalId.Of(signal), SignalId.Of(signal with { Timeframe = Timeframe.FifteenMinutes }));
    }

    [Fact]
    public void the_longest_signals_have_an_identity_too()
    {
        var longest = new Signal(
            new string('~', 64), new string('Z', 32),
            Side.Sell, 999999999999.99999999m, 999999999999.99999999m, Timeframe.FifteenMinutes, 4102444799999);
        Assert.NotEqual(SignalId.Of(longest), SignalId.Of(longest with { Id = null }));
    }

    [Fact]
    public void ids_follow_from_their_cause_stage_by_stage()
    {
        var signalId = SignalId.Of(Signal);
        var decisionId = NameBasedUuid.Create(signalId, "decision");
        var orderId = NameBasedUuid.Create(decisionId, "order");
        Assert.Equal(decisionId, Decision.IdOf(signalId));
        Assert.Equal(orderId, Order.IdOf(decisionId));
        var order = new Order(orderId, decisionId, signalId, "BTCUSDT", Side.Buy, 1, 1, 0);
        Assert.Equal(NameBasedUuid.Create(orderId, "ORDER_CREATED"), OutboxRow.For(order, null).EventId);
        Assert.Equal("ORD-" + decisionId.ToString().Replace("-", ""), order.ClientOrderId);
    }

    [Theory] // from org.apache.kafka.common.utils.UtilsTest
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void the_partitioner_hashes_as_the_java_client_does(string key, int hash)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(key);
        Assert.Equal(hash, (int)Murmur2.Hash(bytes));
        Assert.Equal((hash & 0x7fffffff) % 3, Murmur2.Partition(bytes, 3));
    }
}
