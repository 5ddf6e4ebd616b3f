using Confluent.Kafka;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Watching;
using Npgsql;

namespace FuturesEos.Cli.Demo;

/// <summary>
/// Kills one process with SIGKILL in the midst of its work. From its start the process is held still every few moments
/// and looked at; when records have come to it that are not through, it is killed there and then. The kill counts when
/// they are still not through after its death; one that came a moment too late is tried again.
/// </summary>
internal sealed class Killer(
    Keeper keeper, FunnelProbe probe, WorkInFlight.Snapshot inFlight, string what, Action<string> say)
{
    private const int AttemptsMax = 10;
    // of different lengths: not each time at the same point of a transaction
    private static readonly TimeSpan[] Runs = [.. new[] { 25, 6, 15, 3, 40, 10 }.Select(
        milliseconds => TimeSpan.FromMilliseconds(milliseconds))];
    // what it had committed has reached the probe by then
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan AfterDeath = TimeSpan.FromMilliseconds(100);

    /// <summary>Kills that hit.</summary>
    public int Kills { get; private set; }

    /// <summary>Records that they hit.</summary>
    public long Records { get; private set; }

    /// <summary>What it waits for, in words.</summary>
    public string What => what;

    /// <summary>The process that is killed.</summary>
    public string Name => keeper.Part.Name;

    /// <summary>
    /// Waits for its chance until one kill has hit, or until cancelled because everything is through.
    /// </summary>
    /// <param name="mayBegin">Whether enough has come through.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task RunAsync(Func<bool> mayBegin, CancellationToken cancellation)
    {
        try
        {
            for (var (attempt, look) = (0, 0); attempt < AttemptsMax && Kills == 0; look++)
            {
                await Task.Delay(Runs[look % Runs.Length], cancellation);
                if (keeper.Part.Pid is { } pid && await TryKillAsync(pid, mayBegin, cancellation)) attempt++;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryKillAsync(int pid, Func<bool> mayBegin, CancellationToken cancellation)
    {
        var ended = keeper.Part.Ended;
        Freezer.Freeze(pid);
        try
        {
            await Task.Delay(Settle, cancellation);
            if (!mayBegin()) return false;
            var stillInFlight = await inFlight(probe, cancellation);
            if (await stillInFlight() <= 0) return false;
            keeper.Part.Kill();
            await ended;
            await Task.Delay(AfterDeath, CancellationToken.None);
            var hit = await stillInFlight();
            if (hit > 0) (Kills, Records) = (Kills + 1, Records + hit);
            say(hit > 0
                ? $"killed {Name} (process {pid}, SIGKILL) with {hit} {what}"
                : $"killed {Name} (process {pid}, SIGKILL) between two transactions: once more");
            return true;
        }
        catch (Exception e) when (e is KafkaException or NpgsqlException)
        {
            return false; // nobody answers just now: look again
        }
        finally
        {
            if (!ended.IsCompleted) Freezer.Thaw(pid);
        }
    }
}
