using FuturesEos.Cli.Chaos;
using Xunit;

namespace FuturesEos.Tests.PipelineChaos;

public class ChaosPlanTests
{
    private static readonly string[] Processes = ["broker", "postgres", "processor", "orders", "relay"];
    private static readonly string[] Links = ["broker", "postgres"];

    [Fact]
    public void the_same_seed_gives_the_same_plan_and_another_gives_another()
    {
        var (first, again, other) = (Plan(7, 5), Plan(7, 5), Plan(8, 5));
        Assert.Equal(first.Promised, again.Promised);
        Assert.Equal(Next(first), Next(again));
        Assert.NotEqual(first.Promised, other.Promised);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(5)]
    public void however_short_each_component_is_killed_and_each_kind_of_fault_promised(double minutes)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var promised = Plan(seed, minutes).Promised;
            Assert.Equal(Processes.Order(),
                promised.Where(fault => fault.Kind == FaultKind.Kill).Select(fault => fault.Component).Order());
            Assert.Equal(Enum.GetValues<FaultKind>(), promised.Select(fault => fault.Kind).Distinct().Order());
        }
    }

    [Fact]
    public void five_minutes_promise_every_fault_of_every_component_once()
    {
        var promised = Plan(1, 5).Promised;
        Assert.Equal((Processes.Length * 3) + (Links.Length * 2), promised.Count);
        Assert.Equal(promised.Count, promised.Select(fault => (fault.Kind, fault.Component)).Distinct().Count());
    }

    [Fact]
    public void what_is_over_at_once_has_no_length_and_what_lasts_has_one_within_its_limits()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            foreach (var fault in Plan(seed, 5).Promised)
            {
                if (fault.Kind is FaultKind.Kill or FaultKind.Restart) Assert.Equal(TimeSpan.Zero, fault.Length);
                else Assert.InRange(fault.Length, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(16));
            }
        }
    }

    private static ChaosPlan Plan(int seed, double minutes) =>
        new(seed, TimeSpan.FromMinutes(minutes), Processes, Links);

    private static List<Fault> Next(ChaosPlan plan) => [.. Enumerable.Range(0, 20).Select(_ => plan.Another())];
}
