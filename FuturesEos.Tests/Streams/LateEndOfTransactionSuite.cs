using FuturesEos.Streams;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>
/// An end of transaction that the network held back arrives when its client has long asked again and gone on. It ends whatever the
/// coordinator has open under the same epoch (KAFKA-17754): there must be nothing.
/// </summary>
public abstract class LateEndOfTransactionSuite
{
    protected abstract Task<string> BootstrapAsync();

    [Fact]
    public async Task an_end_of_transaction_that_arrives_late_ends_no_later_one()
    {
        await using var proxy = new KafkaProxy(await BootstrapAsync());
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        var taken = 0;
        await using var engine = rig.Start(
            StoreKind.Memory,
            before: _ => Interlocked.Increment(ref taken),
            change: o => new StreamsOptions
            {
                ApplicationId = o.ApplicationId, BootstrapServers = proxy.BootstrapServers, InputTopics = o.InputTopics,
                StoreName = o.StoreName, StateDirectory = o.StateDirectory, Store = o.Store, SessionTimeout = o.SessionTimeout,
                TransactionTimeout = TimeSpan.FromSeconds(20), CommitInterval = TimeSpan.FromSeconds(2),
                EagerCommitSpacing = TimeSpan.FromSeconds(2),
            });
        await engine.ReadyAsync();
        rig.Send(50);
        await rig.OutputsAsync(50);
        proxy.HoldNextEndTxn();
        rig.Send(50);
        await rig.OutputsAsync(100);
        Assert.True(proxy.Held.TryDequeue(out var held), "no end of transaction was held back");

        // the client has asked again and was answered; the next transaction is open when the first request arrives
        rig.Send(50);
        await Eventually.True(() => Volatile.Read(ref taken) == 150);
        await Eventually.True(() => rig.Read(rig.Output, Confluent.Kafka.IsolationLevel.ReadUncommitted).Count == 150);
        Assert.NotEqual<short?>(0, await held.ArriveAsync());
        await rig.OutputsAsync(150);
        rig.Send(50);
        await rig.OutputsAsync(200);
        await engine.StopAsync();
        rig.AssertExactlyOnce();
    }
}
