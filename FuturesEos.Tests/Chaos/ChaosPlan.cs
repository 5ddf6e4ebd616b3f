namespace FuturesEos.Tests.Chaos;

/// <summary>One fault of a plan.</summary>
/// <param name="Fault">What.</param>
/// <param name="Member">To which processor, 0 to 2; to its network, or by its name, as the fault goes.</param>
/// <param name="Hold">How long it lasts.</param>
/// <param name="Gap">How long nothing happens in the lane after it.</param>
internal sealed record ChaosStep(Fault Fault, int Member, TimeSpan Hold, TimeSpan Gap);

/// <summary>
/// The faults of a run by its seed: three lanes at once, each through all of its faults in an order of its own and then again, so that
/// every pair of faults of two lanes meets in some run.
/// </summary>
internal static class ChaosPlan
{
    public const int Members = 3;

    private static readonly Fault[][] Lanes =
    [
        [.. Enum.GetValues<Fault>().Where(f => f < Fault.KillLeader)],
        [.. Enum.GetValues<Fault>().Where(f => f is >= Fault.KillLeader and < Fault.Silence)],
        [.. Enum.GetValues<Fault>().Where(f => f >= Fault.Silence)],
    ];

    public static int LaneCount => Lanes.Length;

    /// <summary>How many faults of a lane every run promises.</summary>
    public static int Promised(int lane) => Lanes[lane].Length;

    /// <summary>The lane's faults without an end.</summary>
    public static IEnumerable<ChaosStep> Lane(int seed, int lane)
    {
        var random = new Random((seed * 31) + lane);
        while (true)
        {
            var deck = Lanes[lane].ToArray();
            random.Shuffle(deck);
            foreach (var fault in deck)
                yield return new ChaosStep(fault, random.Next(Members), HoldOf(fault, random), TimeSpan.FromMilliseconds(random.Next(300, 1500)));
        }
    }

    // session 6 s, transaction 5 s: what is to be overtaken lasts longer
    private static TimeSpan HoldOf(Fault fault, Random random) => TimeSpan.FromMilliseconds(fault switch
    {
        Fault.Zombie or Fault.LongSilence => random.Next(9_000, 11_000),
        Fault.LateEndTxn => random.Next(500, 2_500),
        Fault.KillTwoBrokers => random.Next(500, 1_500),
        _ => random.Next(500, 3_000),
    });
}
