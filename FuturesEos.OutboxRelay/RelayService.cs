using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Runs sessions one after another: waits where another relay works, and after a failure of Kafka or PostgreSQL.
/// </summary>
internal sealed class RelayService(
    string postgres,
    KafkaSettings kafka,
    OutboxRelayOptions options,
    ServiceHealth health,
    ILogger logger,
    TimeProvider time,
    Action<CrashPoint>? crash = null)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StandbyPause = TimeSpan.FromMilliseconds(500);
    private readonly string _postgres = RelayConnection.Complete(postgres);

    /// <summary>Relays until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (options.Validate() is { } wrong)
            throw ExpectedFailure.Usage(wrong);
        await KafkaTopics.EnsureAsync(
            kafka, RelayTopics.Declared(options), TimeSpan.FromMinutes(1), logger, cancellation);
        var pause = PauseMin;
        var repair = options.Repair;
        var isStandby = false;
        var giveUpAt = time.GetUtcNow() + StartPatience; // of a start; what has worked once is waited for without end
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await using var session = new RelaySession(_postgres, kafka, options, logger, time, crash
                    ?? (_ => { }));
                await session.OpenAsync(repair ? RelayStart.Repair : RelayStart.Progress, cancellation);
                repair = false;
                isStandby = false;
                giveUpAt = DateTimeOffset.MaxValue;
                health.Ready();
                pause = PauseMin;
                await session.RunAsync(health.Beat, cancellation);
            }
            catch (PostgresException active) when (active.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                if (!isStandby)
                    logger.StandingBy(options.Slot, active.MessageText);
                isStandby = true;
                giveUpAt = DateTimeOffset.MaxValue;
                health.NotReady($"standing by: {active.MessageText}");
                await PauseAsync(StandbyPause, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
            }
            catch (Exception failure)
                when (Waits(failure) is { } what && !cancellation.IsCancellationRequested
                    && time.GetUtcNow() < giveUpAt)
            {
                RelayTelemetry.Transactions.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));
                logger.Waiting(what, Outage.Reason(failure), (int)pause.TotalMilliseconds);
                health.NotReady($"waiting for {what}: {Outage.Reason(failure)}");
                await PauseAsync(pause, cancellation);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
    }

    // With whom it is waited for what passes by itself; a broken stream is the database's.
    private static string? Waits(Exception failure) => failure is IOException ? "PostgreSQL" : Outage.Of(failure);

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(pause, time, cancellation);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
