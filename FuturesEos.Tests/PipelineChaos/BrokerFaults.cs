using System.Diagnostics;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.PipelineChaos;

/// <summary>
/// Kills and freezes one broker of three after the other, and lets each come back before the next. A killed one comes
/// back when the controller has noticed: one that is faster can tear a transaction of its own (docs/guarantees.md).
/// </summary>
internal sealed class BrokerFaults
{
    private const int Nodes = 3;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(11); // broker.session.timeout.ms is 9 s
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<(TimeSpan From, TimeSpan To)> _times = [];

    /// <summary>Brokers killed and started again.</summary>
    public int Kills { get; private set; }

    /// <summary>Brokers stopped and continued.</summary>
    public int Pauses { get; private set; }

    /// <summary>Injects until told that it is over; every broker runs then.</summary>
    public async Task InjectAsync(RealKafka kafka, int seed, Func<bool> until)
    {
        var random = new Random(seed);
        while (await IsStillOnAsync(until, Between))
        {
            var node = $"{random.Next(1, Nodes + 1)}";
            var isKill = Kills <= Pauses;
            var from = Stopwatch.GetElapsedTime(_start);
            await kafka.CommandAsync(Nodes, isKill ? "kill" : "pause", node);
            if (isKill) await IsStillOnAsync(() => false, Noticed);
            await IsStillOnAsync(until, TimeSpan.FromSeconds(random.Next(1, 8)));
            await kafka.CommandAsync(Nodes, isKill ? "boot" : "resume", node);
            _times.Add((from, Stopwatch.GetElapsedTime(_start)));
            if (isKill) Kills++;
            else Pauses++;
        }
    }

    /// <summary>
    /// When the last fault ended between the end of one of the pipeline's own and its way back: a broker that is away
    /// meanwhile is a fault too.
    /// </summary>
    public TimeSpan LastEnd(TimeSpan end, TimeSpan back) => _times
        .Where(broker => broker.From < back && broker.To > end)
        .Select(broker => broker.To < back ? broker.To : back).Append(end).Max();

    public override string ToString() => $"{Kills} brokers killed, {Pauses} paused, in seconds: "
        + string.Join(' ', _times.Select(broker => $"{broker.From.TotalSeconds:0}-{broker.To.TotalSeconds:0}"));

    // Waits that long, or until it is over.
    private static async Task<bool> IsStillOnAsync(Func<bool> until, TimeSpan longest)
    {
        var end = Deadline.In(longest);
        await Eventually.True(() => until() || end.IsOver, Deadline.In(longest * 2));
        return !until();
    }
}
