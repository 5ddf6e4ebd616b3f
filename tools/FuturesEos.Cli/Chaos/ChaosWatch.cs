using Confluent.Kafka;
using FuturesEos.Cli.Watching;
using Npgsql;

namespace FuturesEos.Cli.Chaos;

/// <summary>Looks at the pipeline twice a second, from outside, and keeps what it saw.</summary>
internal sealed class ChaosWatch(
    FunnelProbe probe, string postgres, string slot, Func<long> sent, Func<TimeSpan> elapsed)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlConnectionStringBuilder _database = new(postgres)
    { Pooling = false, Timeout = 2, CommandTimeout = 2 };
    private readonly List<Sample> _samples = [];
    private readonly Lock _lock = new();

    /// <summary>Signals acknowledged so far.</summary>
    public long SentNow => sent();

    /// <summary>What was seen so far.</summary>
    public IReadOnlyList<Sample> Samples
    {
        get
        {
            lock (_lock) return [.. _samples];
        }
    }

    /// <summary>Looks until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(LookEvery);
        try
        {
            do await LookAsync(stop);
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Looks once.</summary>
    public async Task<Sample> LookAsync(CancellationToken cancellation)
    {
        var backlog = await BacklogAsync(cancellation);
        var wal = await RetainedWalAsync(cancellation);
        var sample = new Sample(elapsed(), sent(), probe.Decisions + probe.DeadLetters, probe.Events, backlog, wal);
        lock (_lock) _samples.Add(sample);
        return sample;
    }

    private async Task<long?> BacklogAsync(CancellationToken cancellation)
    {
        try
        {
            var lag = await Task.Run(probe.AskLag, cancellation); // the client's calls block
            var last = probe.LastDecisions;
            var progress = await probe.AskOrderProgressAsync(cancellation);
            var rows = await probe.AskOutboxAsync(cancellation);
            return lag
                + last.Sum(partition => Math.Max(0, partition.Value + 1 - progress.GetValueOrDefault(partition.Key)))
                + Math.Max(0, rows - probe.Events);
        }
        catch (Exception e) when (e is KafkaException or NpgsqlException or TimeoutException)
        {
            return null;
        }
    }

    private async Task<long?> RetainedWalAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(_database.ConnectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint FROM "
                    + "pg_replication_slots WHERE slot_name = $1", connection)
            {
                Parameters = { new() { Value = slot } },
            };
            return await command.ExecuteScalarAsync(cancellation) as long?;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return null;
        }
    }
}
