using FuturesEos.Streams;
using FuturesEos.Streams.Errors;
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task an_engine_that_fails_while_the_broker_is_away_says_so_soon(bool silent)
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var proxy = new KafkaProxy(broker.BootstrapServers);
        await using var rig = await EngineRig.CreateAsync(broker.BootstrapServers, TestNames.Unique());
        rig.Send(200);
        var taken = 0;
        var done = "";
        using var away = new ManualResetEventSlim();
        await using var engine = rig.Start(
            change: o => new StreamsOptions
            {
                ApplicationId = o.ApplicationId, BootstrapServers = proxy.BootstrapServers, InputTopics = o.InputTopics,
                StoreName = o.StoreName, StateDirectory = o.StateDirectory,
            },
            before: record =>
            {
                if (Interlocked.Increment(ref taken) == 50)
                {
                    away.Wait(TimeSpan.FromSeconds(60));
                    throw new FormatException("not a number");
                }

                done = $"{record.Topic}/{record.Partition}/{record.Offset}";
            });
        await Eventually.True(() => taken == 50 && rig.HasUncommitted(done), Deadline.InSeconds(60));
        if (silent) proxy.FallSilent();
        else proxy.Break();
        away.Set();
        var failure = await Assert.ThrowsAsync<StreamsFatalException>(() => engine.Run.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("FormatException: not a number", failure.Message);
    }
}
