using FuturesEos.Streams;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>The broker goes away and comes back; the engine waits, and goes on by itself.</summary>
public class BrokerOutageTests
{
    [Theory]
    [InlineData(StoreKind.RocksDb)]
    [InlineData(StoreKind.Memory)]
    public async Task the_engine_outlasts_a_broker_that_is_away_longer_than_transaction_and_session(StoreKind store)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await EngineRig.CreateAsync(broker.BootstrapServers, TestNames.Unique());
        rig.Send(2000);
        var taken = 0;
        using var midway = new ManualResetEventSlim();
        await using var engine = rig.Start(store, before: _ =>
        {
            if (Interlocked.Increment(ref taken) == 1000) midway.Set();
        });
        Assert.True(midway.Wait(TimeSpan.FromSeconds(60)));
        await broker.StopAsync();

        // transaction 5 s, session 6 s
        var away = Deadline.InSeconds(8);
        await Eventually.True(() => away.IsOver, Deadline.InSeconds(20));
        Assert.False(engine.Run.IsCompleted, "the engine gave up");
        await broker.RestartAsync();
        rig.Send(500);
        await rig.OutputsAsync(2500, 90);
        await engine.StopAsync();
        rig.AssertExactlyOnce();
    }
}
