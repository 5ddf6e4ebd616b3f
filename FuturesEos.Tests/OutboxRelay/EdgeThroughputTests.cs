using System.Diagnostics;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.OrderManager;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>
/// How fast the edge is, on whatever this machine has left; the floors are far below what it does alone.
/// </summary>
[Trait("Category", "Long")]
public sealed class EdgeThroughputTests(PostgresForTests postgres, ITestOutputHelper output)
{
    private const int Records = 40_000;

    [Fact]
    public async Task orders_and_events_flow_by_the_thousand()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var name = TestNames.Unique();
        var database = await postgres.NewDatabaseAsync();
        await using var rig = await RelayRig.NewAsync(database, broker.BootstrapServers, name);
        rig.Options.Linger = TimeSpan.FromMilliseconds(50);
        await using var orders = new OrderRig(database, broker.BootstrapServers, name);
        orders.Options.BatchRecordsMax = 2_000;
        await orders.CreateTopicAsync();
        orders.Send(Enumerable.Range(0, Records).Select(n => OrderRig.Decision(n)));

        var start = Stopwatch.GetTimestamp();
        orders.Start();
        await Eventually.True(
            async () => await PostgresForTests.ScalarAsync(database,
                "SELECT coalesce(sum(next_offset), 0) FROM app.consumer_offset") == Records,
            Deadline.InSeconds(300));
        var ordersPerSecond = Records / Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        rig.Start();
        await Eventually.True(() => Committed(rig) >= Records, Deadline.InSeconds(300));
        var eventsPerSecond = Records / Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine($"{ordersPerSecond:0} orders/s, {eventsPerSecond:0} events/s, start of each service included");
        Assert.Equal(Records, (await rig.EventsAsync()).Count);
        Assert.True(ordersPerSecond > 200, $"{ordersPerSecond:0} orders/s");
        Assert.True(eventsPerSecond > 200, $"{eventsPerSecond:0} events/s");
    }

    // "Debug: Committed 5000 rows up to 0/1A30F10"
    private static long Committed(RelayRig rig) => rig.Log.Lines
        .Where(line => line.StartsWith("Debug: Committed ")).Sum(line => long.Parse(line.Split(' ')[2]));
}
