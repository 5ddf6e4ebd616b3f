using FuturesEos.Streams;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;
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
            change: o => Through(proxy, o, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(2)));
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

    /// <summary>
    /// librdkafka waits for an answer to this question without the limit it was given (confluentinc/librdkafka#5456), and for
    /// ever when the coordinator it knew has left the cluster (#5511).
    /// </summary>
    [Fact]
    public async Task a_group_coordinator_that_is_not_found_holds_nobody_up_for_longer_than_a_transaction()
    {
        await using var proxy = new KafkaProxy(await BootstrapAsync());
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        using var log = new LogCapture();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(log));
        await using var engine = rig.Start(
            StoreKind.Memory,
            loggers: loggers,
            change: o => Through(proxy, o, TimeSpan.FromSeconds(5), o.CommitInterval, o.EagerCommitSpacing));
        await engine.ReadyAsync();
        proxy.LoseLookups();
        rig.Send(50);
        await rig.OutputsAsync(50, 30);
        Assert.True(proxy.HasLostLookup, "nobody asked for the group's coordinator");
        Assert.True(log.Contains("and does not come back"), string.Join('\n', log.Lines));
        rig.Send(50);
        await rig.OutputsAsync(100);
        await engine.StopAsync();
        rig.AssertExactlyOnce();
    }

    /// <summary>Cut off for longer than its session, in the middle of a transaction whose own time is not over.</summary>
    [Fact]
    public async Task what_was_lost_is_not_committed()
    {
        await using var proxy = new KafkaProxy(await BootstrapAsync());
        await using var rig = await EngineRig.CreateAsync(await BootstrapAsync(), TestNames.Unique());
        using var log = new LogCapture();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(log));
        await using var other = rig.Start(StoreKind.Memory, loggers: loggers);
        await other.ReadyAsync();
        var taken = 0;
        await using var lost = rig.Start(
            StoreKind.Memory,
            loggers: loggers,
            before: _ => Interlocked.Increment(ref taken),
            change: o => Through(proxy, o, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(25)));
        await lost.ReadyAsync();
        rig.Send(100);
        await rig.OutputsAsync(100);

        // a first transaction is committed as soon as the input is exhausted; the next one stays open
        var before = Volatile.Read(ref taken);
        rig.Send(300);
        await Eventually.True(() => rig.Read(rig.Output, Confluent.Kafka.IsolationLevel.ReadUncommitted).Count == 400);
        Assert.True(Volatile.Read(ref taken) > before, "it has taken nothing");
        proxy.FallSilent();

        // the other one takes over and does it all again
        var patience = Deadline.InSeconds(60);
        while (rig.Read(rig.Output, Confluent.Kafka.IsolationLevel.ReadUncommitted).Count <= 400)
            Assert.False(patience.IsOver, $"nobody took over: {string.Join('\n', log.Lines)}");
        proxy.Heal();
        await rig.OutputsAsync(400, 90);
        Assert.True(log.Contains("Abort and rewind: the partitions were lost"), "it tried to commit what it had lost");
        rig.Send(100);
        await rig.OutputsAsync(500, 90);
        await lost.StopAsync();
        await other.StopAsync();
        rig.AssertExactlyOnce();
    }

    private static StreamsOptions Through(
        KafkaProxy proxy, StreamsOptions o, TimeSpan transactionTimeout, TimeSpan commitInterval, TimeSpan? eagerSpacing = null) => new()
        {
            ApplicationId = o.ApplicationId, BootstrapServers = proxy.BootstrapServers, InputTopics = o.InputTopics,
            StoreName = o.StoreName, StateDirectory = o.StateDirectory, Store = o.Store, SessionTimeout = o.SessionTimeout,
            TransactionTimeout = transactionTimeout, CommitInterval = commitInterval, EagerCommitSpacing = eagerSpacing ?? commitInterval,
        };
}
