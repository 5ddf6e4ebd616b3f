using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.PipelineChaos;

/// <summary>Kills and freezes one broker of three after the other, and lets each come back before the next.</summary>
/// <param name="Kills">Brokers killed and started again.</param>
/// <param name="Pauses">Brokers stopped and continued.</param>
internal sealed record BrokerFaults(int Kills, int Pauses)
{
    private const int Nodes = 3;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(12);

    /// <summary>Injects until told that it is over; every broker runs then.</summary>
    public static async Task<BrokerFaults> InjectAsync(RealKafka kafka, int seed, Func<bool> until)
    {
        var random = new Random(seed);
        var faults = new BrokerFaults(0, 0);
        while (await IsStillOnAsync(until, Between))
        {
            var node = $"{random.Next(1, Nodes + 1)}";
            var isKill = faults.Kills <= faults.Pauses;
            await kafka.CommandAsync(Nodes, isKill ? "kill" : "pause", node);
            await IsStillOnAsync(until, TimeSpan.FromSeconds(random.Next(1, 8)));
            await kafka.CommandAsync(Nodes, isKill ? "boot" : "resume", node);
            faults = isKill ? faults with { Kills = faults.Kills + 1 } : faults with { Pauses = faults.Pauses + 1 };
        }

        return faults;
    }

    // Waits that long, or until it is over.
    private static async Task<bool> IsStillOnAsync(Func<bool> until, TimeSpan longest)
    {
        var end = Deadline.In(longest);
        await Eventually.True(() => until() || end.IsOver, Deadline.In(longest * 2));
        return !until();
    }
}
