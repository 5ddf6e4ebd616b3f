using FuturesEos.Streams;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Chaos;

/// <summary>Brokers away for long, brokers restarted, and the faults under which engines are known to lose decisions.</summary>
[Trait("Category", "Long")]
[Collection(BrokenClusterCollection.Name)]
public sealed class OutageTests(BrokenCluster cluster)
{
    [Fact]
    public async Task all_brokers_away_for_a_minute_stop_nobody_and_it_is_said_what_is_waited_for()
    {
        RealKafka.SkipWithout();
        await using var group = new ChaosGroup(cluster, TestNames.Unique("outage"), StoreKind.RocksDb, StoreKind.Memory);
        await group.ProgressAsync();
        for (var node = 1; node <= 3; node++) await cluster.KillAsync(node);
        await PassAsync(60);
        foreach (var member in group.Members)
        {
            member.AssertAlive();
            Assert.Contains("Waiting for", member.Log);
        }

        await cluster.Cluster.CommandAsync("start", "3");
        await group.ProgressAsync();
        await group.AssertExactlyOnceAsync();
    }

    [Fact]
    public async Task brokers_restarted_one_by_one_under_load_stop_nobody()
    {
        RealKafka.SkipWithout();
        await using var group = new ChaosGroup(cluster, TestNames.Unique("rolling"), StoreKind.RocksDb, StoreKind.Memory);
        for (var node = 1; node <= 3; node++)
        {
            await group.ProgressAsync();
            await cluster.KillAsync(node);
            await group.ProgressAsync();
            await cluster.BootAsync(node);
        }

        await group.ProgressAsync();
        await group.AssertExactlyOnceAsync();
    }

    [Theory]
    [InlineData(StoreKind.RocksDb)]
    [InlineData(StoreKind.Memory)]
    public async Task a_broker_that_stops_for_a_second_and_then_dies_changes_no_decision(StoreKind store)
    {
        RealKafka.SkipWithout();
        await using var group = new ChaosGroup(cluster, TestNames.Unique("stop-then-kill"), store);
        for (var node = 1; node <= 3; node++)
        {
            await group.ProgressAsync();
            await cluster.Cluster.CommandAsync("pause", $"{node}");
            await PassAsync(1);
            await cluster.KillAsync(node);
            await PassAsync(1);
            await cluster.BootAsync(node);
        }

        await group.AssertExactlyOnceAsync();
    }

    [Theory]
    [InlineData(StoreKind.RocksDb)]
    [InlineData(StoreKind.Memory)]
    public async Task a_processor_stopped_for_twenty_seconds_changes_no_decision(StoreKind store)
    {
        RealKafka.SkipWithout();
        await using var group = new ChaosGroup(cluster, TestNames.Unique("stopped"), store, store);
        await group.ProgressAsync();
        foreach (var member in group.Members)
        {
            member.Process.Signal("STOP");
            await PassAsync(20);
            member.Process.Signal("CONT");
            await group.ProgressAsync();
        }

        await group.AssertExactlyOnceAsync();
    }

    private static Task PassAsync(double seconds)
    {
        var deadline = Deadline.InSeconds(seconds);
        return Eventually.True(() => deadline.IsOver, Deadline.InSeconds(seconds + 30));
    }
}
