using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Cli.Watching;

namespace FuturesEos.Cli.Demo;

/// <summary>
/// Holds a replay back while kills are awaited, so that it still runs when they strike. Each kill may wait for its
/// share of the file; beyond that the replay goes on in small steps, each when everything before it was taken: every
/// step is another chance.
/// </summary>
/// <param name="probe">Counts what was sent and taken.</param>
/// <param name="signals">How many signals the file gives, roughly.</param>
/// <param name="kills">How many kills have hit.</param>
/// <param name="awaited">How many are awaited.</param>
internal sealed class ReplayBrake(FunnelProbe probe, long signals, Func<int> kills, int awaited)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    // whatever the services do: the replay must not be held for longer than its producer keeps a record
    private static readonly TimeSpan HoldMax = TimeSpan.FromSeconds(30);

    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Until all kills have hit, the replay has ended, or it was held for long enough.</summary>
    /// <param name="pid">The replay's process; none: it has ended.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Func<int?> pid, CancellationToken cancellation)
    {
        while (kills() < awaited && !IsOver && pid() is { } running)
        {
            Freezer.Freeze(running);
            try
            {
                await HoldAsync(cancellation);
            }
            finally
            {
                Freezer.Thaw(running);
            }

            await Task.Delay(Step, cancellation);
        }
    }

    private bool IsOver => Stopwatch.GetElapsedTime(_start) > HoldMax;

    private async Task HoldAsync(CancellationToken cancellation)
    {
        var before = kills();
        var share = signals * (before + 1) / (awaited + 1);
        while (kills() == before && !IsOver)
        {
            try
            {
                var (sent, lag) = await Task.Run(probe.AskSignalsAndLag, cancellation); // the client's calls block
                if (sent < share || lag == 0) return;
            }
            catch (KafkaException)
            {
                // nobody answers just now: ask again
            }

            await Task.Delay(LookEvery, cancellation);
        }
    }
}
