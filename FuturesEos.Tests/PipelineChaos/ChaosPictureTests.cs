using System.Xml.Linq;
using FuturesEos.Cli.Chaos;
using FuturesEos.Cli.Verification;
using Xunit;

namespace FuturesEos.Tests.PipelineChaos;

public class ChaosPictureTests
{
    [Fact]
    public void the_picture_is_well_formed_and_shows_every_fault_once()
    {
        var picture = XDocument.Parse(ChaosPicture.Of(Result(recovered: true)));
        Assert.Equal(["kill orders", "cut postgres for 2.0 s"],
            picture.Descendants().Where(e => e.Name.LocalName == "title").Select(e => e.Value));
        Assert.Equal(3, picture.Descendants().Count(element => element.Name.LocalName == "polyline"));
    }

    [Fact]
    public void a_run_without_a_difference_that_did_not_keep_a_promise_is_not_good()
    {
        Assert.True(Result(recovered: true).IsGood);
        Assert.False((Result(recovered: true) with { Broken = ["kill relay: hit nothing"] }).IsGood);
        var full = Result(recovered: true);
        Assert.False((full with
        {
            Samples =
            [.. full.Samples, new Sample(TimeSpan.FromSeconds(41), 1, 1, 1, 0, 65 << 20)]
        }).IsGood);
    }

    [Fact]
    public void kills_are_counted_by_component_and_other_faults_by_component_and_kind()
    {
        var kills = Result(recovered: true).ToJson()["kills"]!.AsObject();
        Assert.Equal(1, (int)kills["orders"]!);
        Assert.Equal(1, (int)kills["postgres_cut"]!);
    }

    [Fact]
    public void throughput_of_an_even_growth_is_even()
    {
        var growth = Throughput.Of(Samples(), sample => sample.Sent, 10);
        Assert.All(growth, value => Assert.Equal(300, value, 0.5));
    }

    private static List<Sample> Samples() =>
        [.. Enumerable.Range(0, 81)
            .Select(i => new Sample(TimeSpan.FromSeconds(i / 2.0), i * 150, i * 149, i * 40, 0, 1 << 20))];

    private static ChaosResult Result(bool recovered) => new()
    {
        Seed = 1,
        Report = new VerifyReport
        {
            ExactlyOnce = true,
            Signals = new(3, 3, 0, 0),
            Decisions = new(3, 0, 0, 0),
            Orders = new(1, 0, 0),
            Outbox = new(1, 0, 0),
            Events = new(1, 0, 0, 0),
            InFlight = new(0, 0, 0),
            DifferenceCount = 0,
            Differences = [],
        },
        Faults =
        [
            new InjectedFault(
                new Fault(FaultKind.Kill, "orders", TimeSpan.Zero), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5))
            {
                RecoveredAfter = recovered ? TimeSpan.FromSeconds(2) : null,
            },
            new InjectedFault(new Fault(FaultKind.Cut, "postgres", TimeSpan.FromSeconds(2)),
                TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(14))
            {
                RecoveredAfter = recovered ? TimeSpan.FromSeconds(3) : null,
            },
        ],
        Samples = Samples(),
        Sent = 3,
        Broken = [],
        Duration = TimeSpan.FromSeconds(50),
    };
}
