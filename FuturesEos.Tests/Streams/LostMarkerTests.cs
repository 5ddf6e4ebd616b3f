using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;
using Wire = FuturesEos.Cli.Wire;

namespace FuturesEos.Tests.Streams;

/// <summary>
/// Apache Kafka calls a transaction complete and leaves it open in a partition that has no leader at that moment: so
/// it does a second after the only node was started again, if a transaction has timed out meanwhile. The next commit of
/// the same producer would make visible what was aborted.
/// </summary>
[Trait("Category", "Long")]
public sealed class LostMarkerTests
{
    private const string Waits = "Waiting for the end of the last transaction";

    [Fact]
    public async Task an_engine_whose_marker_kafka_has_lost_doubles_nothing_says_so_and_goes_on_when_it_is_written()
    {
        await using var cluster = await RealKafka.OwnAsync(nodes: 1);
        await using var rig = await EngineRig.CreateAsync(cluster.BootstrapServers, TestNames.Unique());
        var log = new LogCapture(LogLevel.Information);
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        rig.Send(2000);
        var taken = 0;
        var last = "";
        using var midway = new ManualResetEventSlim();
        using var away = new ManualResetEventSlim();
        await using var engine = rig.Start(loggers: loggers, before: record =>
        {
            if (Interlocked.Increment(ref taken) == 1000)
            {
                midway.Set();
                away.Wait(TimeSpan.FromSeconds(60));
            }

            last = taken < 1000 ? $"{record.Topic}/{record.Partition}/{record.Offset}" : last;
        });
        Assert.True(midway.Wait(TimeSpan.FromSeconds(60)));
        await Eventually.True(() => rig.HasUncommitted(last), Deadline.InSeconds(60), "records of an open transaction");
        await cluster.CommandAsync("kill", "1");
        away.Set();
        var timedOut = Deadline.InSeconds(8); // the engine's transactions have 5 s
        await Eventually.True(() => timedOut.IsOver, Deadline.InSeconds(20));
        await cluster.CommandAsync("boot", "1");
        rig.Send(500);

        await Eventually.True(() => log.Contains(Waits), Deadline.InSeconds(60), "the engine says that it waits");
        await using var wire = await Wire.KafkaCluster.OpenAsync(
            KafkaSettings.From(cluster.BootstrapServers, new ConfigurationBuilder().Build()), CancellationToken.None);
        var transactions = new Wire.Transactions(wire);
        var hanging = await transactions.HangingAsync(CancellationToken.None);
        Assert.NotEmpty(hanging);
        foreach (var one in hanging) await transactions.EndAsync(one, isCommitted: false, CancellationToken.None);

        await rig.OutputsAsync(2500, 90);
        await engine.StopAsync();
        rig.AssertExactlyOnce();
    }
}
