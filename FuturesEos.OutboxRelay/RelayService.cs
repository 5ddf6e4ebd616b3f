using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Runs sessions one after another: waits where another relay works, and after a failure of Kafka or PostgreSQL.
/// </summary>
internal sealed class RelayService(
    NpgsqlDataSource database,
    PostgresSettings postgres,
    KafkaSettings kafka,
    IOptions<OutboxRelayOptions> settings,
    ServiceHealth health,
    ILogger<RelayService> logger,
    TimeProvider time,
    Action<CrashPoint>? crash = null) : BackgroundService
{
    /// <summary>What holds where the connection string says nothing else.</summary>
    public const string PostgresDefaults = "Application Name=futures-eos-relay;Maximum Pool Size=3";

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StandbyPause = TimeSpan.FromMilliseconds(500);
    private readonly RefusedRows _refused = new();

    protected override async Task ExecuteAsync(CancellationToken cancellation)
    {
        var options = settings.Value;
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
                await using var session = new RelaySession(
                    database, postgres, kafka, options, _refused, logger, time, crash ?? (_ => { }));
                await session.OpenAsync(repair ? RelayStart.Repair : RelayStart.Progress, cancellation);
                repair = false;
                isStandby = false;
                giveUpAt = DateTimeOffset.MaxValue;
                pause = PauseMin;
                await session.RunAsync(() => Report(session.Parked), cancellation);
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
            catch (RowsRefusedException refusal)
            {
                RelayTelemetry.Transactions.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));
                logger.BatchRefused(refusal.Rows.Count, refusal.Message);
                _refused.Take(refusal);
            }
            catch (Exception failure)
                when (Failures.KindOf(failure) != FailureKind.Never && !cancellation.IsCancellationRequested
                    && time.GetUtcNow() < giveUpAt)
            {
                var what = Failures.Action(failure);
                RelayTelemetry.Transactions.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));
                logger.Waiting(what, Failures.Reason(failure), (int)pause.TotalMilliseconds);
                health.NotReady($"{what}: {Failures.Reason(failure)}");
                database.Clear(); // connections that broke together would fail one try each
                await PauseAsync(pause, cancellation);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
    }

    private void Report(long parked)
    {
        if (parked == 0)
            health.Ready();
        else
            health.Degraded(
                $"running; {parked} rows of app.outbox cannot be sent and are parked: 'eos outbox --parked'");
    }

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
