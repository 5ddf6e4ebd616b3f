using Confluent.Kafka;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Watching;
using Npgsql;

namespace FuturesEos.Cli.Demo;

/// <summary>
/// Kills one process with SIGKILL while records are in it. A kill counts when records that had come to the process were still not through
/// after its death; one that came a moment too late is tried again.
/// </summary>
internal sealed class Killer(Keeper keeper, FunnelProbe probe, WorkInFlight.Snapshot inFlight, Action<string> say)
{
    private const int AttemptsMax = 10;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan AfterDeath = TimeSpan.FromMilliseconds(100); // what it had committed has reached the probe by then

    /// <summary>Kills that hit.</summary>
    public int Kills { get; private set; }

    /// <summary>The process that is killed.</summary>
    public string Name => keeper.Part.Name;

    /// <summary>Waits for its chance until one kill has hit, or until cancelled because everything is through.</summary>
    /// <param name="mayBegin">Whether the replay has come far enough.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task RunAsync(Func<bool> mayBegin, CancellationToken cancellation)
    {
        try
        {
            for (var attempt = 0; attempt < AttemptsMax && Kills == 0;)
            {
                await Task.Delay(LookEvery, cancellation);
                if (!mayBegin() || keeper.State != PartState.Running) continue;
                if (await TryKillAsync(cancellation)) attempt++;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryKillAsync(CancellationToken cancellation)
    {
        try
        {
            var stillInFlight = await inFlight(probe, cancellation);
            if (await stillInFlight() <= 0 || keeper.Part.Pid is not { } pid) return false;
            var ended = keeper.Part.Ended;
            keeper.Part.Kill();
            await ended;
            await Task.Delay(AfterDeath, CancellationToken.None);
            var hit = await stillInFlight();
            if (hit > 0) Kills++;
            say(hit > 0
                ? $"killed {Name} (process {pid}, SIGKILL) with {hit} records in flight"
                : $"killed {Name} (process {pid}, SIGKILL) a moment too late: once more");
            return true;
        }
        catch (Exception e) when (e is KafkaException or NpgsqlException)
        {
            return false; // nobody answers just now: look again
        }
    }
}
