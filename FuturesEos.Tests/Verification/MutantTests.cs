using FuturesEos.Cli.Verification;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using Xunit;

namespace FuturesEos.Tests.Verification;

/// <summary>
/// A checker that was never seen to fail proves nothing: each way of failing is planted, found, and called by its name.
/// </summary>
public sealed class MutantTests
{
    public static TheoryData<string, int> Names
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var name in Mutants.All.Keys)
            {
                for (var seed = 11; seed <= 13; seed++) data.Add(name, seed);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void what_is_planted_is_found_and_named(string name, int seed)
    {
        var mutant = Mutants.All[name];
        var world = MemoryWorld.Create(seed);
        mutant.Break(world);
        var report = Reconciler.Run(world, new VerifyOptions());
        Assert.False(report.ExactlyOnce);
        var named = report.Differences.Where(d => d.Stage == mutant.Stage && d.Kind == mutant.Kind).ToList();
        Assert.True(
            named.Count > 0, $"not named {mutant.Stage} {mutant.Kind}: {string.Join(" | ", report.Differences)}");
        Assert.True(named.Count <= mutant.CountMax, $"named {named.Count} times: {string.Join(" | ", named)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void what_is_planted_is_found_and_named_where_the_bucket_is_too_large_for_memory(string name, int seed)
    {
        var mutant = Mutants.All[name];
        var world = MemoryWorld.Create(seed);
        mutant.Break(world);
        var loaded = Reconciler.Run(world, new VerifyOptions());
        Assert.Equal(loaded.Differences, Reconciler.Run(world, new VerifyOptions(), streamedFrom: 0).Differences);
    }

    [Fact]
    public void every_stage_and_every_kind_of_difference_has_its_mutant()
    {
        Assert.Empty(Enum.GetValues<Stage>().Except(Mutants.All.Values.Select(m => m.Stage)));
        Assert.Empty(Enum.GetValues<DifferenceKind>().Except(Mutants.All.Values.Select(m => m.Kind)));
    }

    [Fact]
    public void many_differences_of_a_kind_are_counted_and_the_first_twenty_named()
    {
        var world = MemoryWorld.Create(seed: 3);
        world.Database.Orders.Clear();
        world.Database.Outbox.Clear();
        var report = Reconciler.Run(world, new VerifyOptions());
        Assert.True(report.Orders.Missing > DifferenceList.KeptOfEach);
        Assert.Equal(DifferenceList.KeptOfEach, report.Differences.Count(d => d.Stage == Stage.Orders));
        Assert.True(report.DifferenceCount > report.Differences.Count);
    }

    [Fact]
    public void a_stage_that_cannot_be_read_is_no_pass_and_no_gap()
    {
        foreach (var topic in (string[])[Topics.Signals(Timeframe.OneMinute), Topics.Decisions(), Topics.DeadLetters(),
            Topics.Orders])
        {
            var world = MemoryWorld.Create(seed: 3);
            world.Unreachable.Add(topic);
            var failure = Assert.Throws<ExpectedFailure>(() => Reconciler.Run(world, new VerifyOptions()));
            Assert.Equal(ExitCode.Unreachable, failure.ExitCode);
        }
    }
}
