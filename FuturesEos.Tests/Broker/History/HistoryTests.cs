using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.History;

/// <summary>Random histories of transactions, judged (after Jepsen's Kafka workload); a failure names its seed.</summary>
public class HistoryTests(RealKafka kafka)
{
    [Fact]
    public async Task the_embedded_broker_keeps_a_history_right()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await JudgeAsync(broker.BootstrapServers, seed: 1, transactionsEach: 20, _ => Task.CompletedTask);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(1)]
    [InlineData(2)]
    public async Task the_embedded_broker_keeps_a_history_right_under_SIGKILL(int seed)
    {
        const int Kills = 3;
        await using var broker = new BrokerProcess();
        await broker.StartAsync();
        await JudgeAsync(broker.BootstrapServers, seed, transactionsEach: 60, async run =>
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                var seen = run.Finished;
                await Eventually.True(() => run.Finished > seen + 20, Deadline.InSeconds(60));
                await broker.KillAndStartAsync();
            }
        });
        Assert.Equal(Kills, broker.Kills);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Apache_Kafka_is_judged_by_the_same_rules() =>
        await JudgeAsync(await kafka.OneNodeAsync(), seed: 3, transactionsEach: 40, _ => Task.CompletedTask);

    private static async Task JudgeAsync(string servers, int seed, int transactionsEach, Func<HistoryRun, Task> disturb)
    {
        var run = new HistoryRun(servers, seed);
        await run.RunAsync(transactionsEach, disturb);
        Assert.Contains(run.Transactions, t => t.Outcome == Outcome.Committed);
        Assert.Contains(run.Transactions, t => t.Outcome == Outcome.Aborted);
        var found = HistoryJudge.Judge(run.Transactions, run.Passes);
        Assert.True(found.Count == 0, $"seed {seed}: {found.Count} violations\n{string.Join('\n', found.Take(20))}");
    }
}
