using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// Log, transaction coordinator and groups together, with clock, disk and network from a seed (after TigerBeetle's
/// VOPR).
/// </summary>
public sealed class SimulationTests
{
    private const int Steps = 1000;
    private const int LongSteps = 20_000;
    private const int HistoryTail = 40;

    public static TheoryData<int> ShortSeeds => [.. Enumerable.Range(1, 24)];

    /// <summary>FUTURES_EOS_SEEDS=101-132 takes others.</summary>
    public static TheoryData<int> LongSeeds => Seeds.Or(20);

    [Theory]
    [MemberData(nameof(ShortSeeds))]
    public void everything_acknowledged_is_there_once_and_whole_whatever_goes_wrong(int seed) => Run(seed, Steps);

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(LongSeeds))]
    public void everything_acknowledged_is_there_once_and_whole_for_long(int seed)
    {
        var run = Run(seed, LongSteps);
        TestContext.Current.TestOutputHelper?.WriteLine($"{run.Time.Elapsed}: {string.Join(", ", run.Chaos.Met)}");
        var missed = run.Chaos.Kinds.Except(run.Chaos.Met.Keys).ToList();
        Assert.True(missed.Count <= 1, $"a run so long met no {string.Join(", no ", missed)}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void a_seed_gives_the_same_history_again(int seed) =>
        Assert.Equal(Run(seed, Steps).History, Run(seed, Steps).History);

    private static SimulationRun Run(int seed, int steps)
    {
        using var run = new SimulationRun(seed, steps);
        run.Run();
        var tail = string.Join('\n', run.History.TakeLast(HistoryTail));
        Assert.True(run.Failure is null, $"{run.Failure} ({steps} steps)\n{tail}");
        return run;
    }
}
