using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Postgres;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// The relay's modes that end by themselves. In two of them the slot changes hands between Debezium and the relay, and
/// no row is lost or doubled: what one has sent is known before the other sends anything.
/// </summary>
internal sealed class HandOver(
    NpgsqlDataSource database, PostgresSettings postgres, KafkaSettings kafka, IOptions<OutboxRelayOptions> settings,
    ILogger<HandOver> logger, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly RefusedRows _refused = new();

    /// <summary>
    /// The relay takes over from Debezium, whose task must not run any more; the next relay goes on from here.
    /// </summary>
    /// <returns>Where it goes on.</returns>
    /// <exception cref="ExpectedFailure">Somebody reads the slot, or it cannot be used.</exception>
    public async Task<RelayProgress> AdoptAsync(CancellationToken cancellation)
    {
        await using var session = await OpenAsync(RelayStart.Adoption, cancellation);
        return session.Progress;
    }

    /// <summary>Debezium takes over from the relay, which must not run any more.</summary>
    /// <returns>Where Debezium must go on: Kafka holds every transaction that ends at or before it, whole.</returns>
    /// <exception cref="ExpectedFailure">A relay runs, or the slot cannot be used.</exception>
    public async Task<RelayProgress> ReleaseAsync(CancellationToken cancellation)
    {
        await using var session = await OpenAsync(RelayStart.Progress, cancellation);
        if (!session.Progress.IsWhole)
            await FinishAsync(session, cancellation);
        await session.ReleaseAsync(cancellation);
        return session.Progress;
    }

    /// <summary>What Kafka lacks is sent, by id; the next relay goes on from the slot as it is.</summary>
    /// <returns>Where it goes on.</returns>
    /// <exception cref="ExpectedFailure">Somebody reads the slot.</exception>
    public async Task<RelayProgress> RepairAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using var session = await OpenAsync(RelayStart.Repair, cancellation);
                return session.Progress;
            }
            catch (RowsRefusedException refusal)
            {
                logger.BatchRefused(refusal.Rows.Count, refusal.Message);
                _refused.Take(refusal);
            }
        }
    }

    // A transaction that was sent in part, or rows that are compared by id, are beyond what Debezium can be told.
    private static async Task FinishAsync(RelaySession session, CancellationToken cancellation)
    {
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        whole.CancelAfter(Patience);
        try
        {
            await session.RunAsync(
                () =>
                {
                    if (session.Progress.IsWhole)
                        whole.Cancel();
                },
                whole.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }

        if (!session.Progress.IsWhole)
        {
            throw new ExpectedFailure(ExitCode.TimedOut, $"the relay is in the middle of {session.Progress.PartialCommit
                ?? "comparing by id up to " + session.Progress.CompareUntil} and did not get through in"
                + $" {Patience.TotalSeconds:0} s: run it as usual until it is, then try again");
        }
    }

    private async Task<RelaySession> OpenAsync(RelayStart start, CancellationToken cancellation)
    {
        var options = settings.Value;
        await KafkaTopics.EnsureAsync(
            kafka, RelayTopics.Declared(options), TimeSpan.FromMinutes(1), logger, cancellation);
        var session = new RelaySession(database, postgres, kafka, options, _refused, logger, time, _ => { });
        try
        {
            await session.OpenAsync(start, cancellation);
            return session;
        }
        catch (PostgresException active) when (active.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            await session.DisposeAsync();
            throw new ExpectedFailure(
                ExitCode.CheckFailed, $"{active.MessageText}: stop whoever reads it first (the relay,"
                + " or Debezium: 'eos relay adopt --connect URL' stops the connector)");
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }
}
