using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.History;

/// <summary>Random histories of sends, transactions, groups and readers, judged; a failure names its seed.</summary>
public class HistoryTests(RealKafka kafka)
{
    private static readonly Func<HistoryLog, Task> Nothing = _ => Task.CompletedTask;

    [Fact]
    public async Task the_embedded_broker_keeps_a_history_right()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await JudgeAsync(broker.BootstrapServers, seed: 1, transactionsEach: 10, Nothing);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(1)]
    [InlineData(2)]
    public async Task the_embedded_broker_keeps_a_history_right_while_it_is_killed_stopped_and_cut_off(int seed)
    {
        await using var broker = new BrokerProcess();
        await broker.StartAsync();
        await using var proxy = new KafkaProxy(broker.BootstrapServers);
        var faults = new HistoryFaults((what, _) => broker.CommandAsync(what), nodes: 1, proxy, seed);
        await JudgeAsync(proxy.BootstrapServers, seed, transactionsEach: 60, faults.InjectAsync);
        Assert.True(broker.Kills > 0 && proxy.Cuts > 0, $"{broker.Kills} kills, {proxy.Cuts} cuts");
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Apache_Kafka_is_judged_by_the_same_rules() =>
        await JudgeAsync(await kafka.OneNodeAsync(), seed: 3, transactionsEach: 40, Nothing);

    [Fact]
    [Trait("Category", "Long")]
    public async Task so_it_is_while_its_nodes_are_killed_stopped_and_cut_off()
    {
        await using var cluster = await RealKafka.OwnAsync(3);
        await using var proxy = new KafkaProxy(cluster.BootstrapServers);
        var kills = 0;
        var faults = new HistoryFaults(DisturbAsync, cluster.Nodes, proxy, seed: 4);
        await JudgeAsync(proxy.BootstrapServers, seed: 4, transactionsEach: 60, faults.InjectAsync);
        Assert.True(kills > 0 && proxy.Cuts > 0, $"{kills} kills, {proxy.Cuts} cuts");

        Task DisturbAsync(string what, int node)
        {
            if (what == "kill") kills++;
            return cluster.CommandAsync(what, $"{node}");
        }
    }

    private static async Task JudgeAsync(
        string servers, int seed, int transactionsEach, Func<HistoryLog, Task> disturb)
    {
        var run = new HistoryRun(servers, seed);
        await run.RunAsync(transactionsEach, disturb);
        var (transactions, passes) = (run.Log.Transactions, run.Log.Passes);
        Assert.Contains(transactions, t => t.Outcome == Outcome.Committed && t.Decided > 0);
        Assert.Contains(transactions, t => t.Outcome == Outcome.Aborted);
        Assert.Contains(transactions, t => t.Outcome == Outcome.Committed && t.Sent.Any(s => s.Cause is not null));
        var found = HistoryJudge.Judge(transactions, passes);
        Assert.True(found.Count == 0, $"seed {seed}: {found.Count} violations\n{string.Join('\n', found.Take(20))}");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{transactions.Count} transactions, {transactions.Count(t => t.Outcome == Outcome.Unknown)} of them unknown, "
            + $"{passes.Count} passes, {run.Failures} members failed");
    }
}
