using FuturesEos.Cli.Verification;
using Xunit;

namespace FuturesEos.Tests.Verification;

/// <summary>What is followed record by record is judged as what is read as a whole.</summary>
public sealed class FollowTests
{
    public static TheoryData<string> Names => [.. Mutants.All.Keys];

    /// <summary>
    /// The ledger does not cover it: for who follows it is on its way to the order manager, and what is wrong about it
    /// is the decision.
    /// </summary>
    private static readonly string[] NotTaken = ["an unreadable decision was dropped"];

    [Fact]
    public void a_correct_pipeline_is_exactly_once_in_however_many_rounds()
    {
        for (var seed = 1; seed <= 24; seed++)
        {
            var world = MemoryWorld.Create(seed, signals: 300 + (seed * 30), byTimestamp: seed % 2 == 0);
            var whole = Reconciler.Run(world, new VerifyOptions());
            var followed = new FollowedWorld(world, seed, rounds: 1 + (seed % 7)).Run();
            Assert.True(followed.ExactlyOnce, $"seed {seed}: {string.Join(" | ", followed.Differences)}");
            Assert.Equal(whole.Signals, followed.Signals);
            Assert.Equal(whole.Decisions, followed.Decisions);
            Assert.Equal(whole.Orders, followed.Orders);
            Assert.Equal(whole.Outbox, followed.Outbox);
            Assert.Equal(whole.Events, followed.Events);
            Assert.Equal(new VerifyReport.InFlightCounts(0, 0, 0), followed.InFlight);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void what_is_planted_is_found_by_following_too(string name)
    {
        var mutant = Mutants.All[name];
        for (var seed = 11; seed <= 12; seed++)
        {
            foreach (var rounds in (int[])[1, 3])
            {
                var world = MemoryWorld.Create(seed);
                mutant.Break(world);
                var report = new FollowedWorld(world, seed, rounds).Run();
                Assert.False(report.ExactlyOnce, $"seed {seed}, {rounds} rounds");
                Assert.True(report.Differences.Any(difference => difference.Stage == mutant.Stage || NotTaken.Contains(
                    name)), $"seed {seed}, {rounds} rounds: {string.Join(" | ", report.Differences)}");
            }
        }
    }
}
