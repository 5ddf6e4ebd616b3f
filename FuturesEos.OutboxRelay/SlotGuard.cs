using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Refuses to relay from a slot that would leave rows out without a word. PostgreSQL itself does not notice: it
/// starts a slot where it was last confirmed, whoever confirmed it, and a slot of the same name made anew starts at
/// the present.
/// </summary>
internal sealed class SlotGuard(OutboxRelayOptions options)
{
    private const string Repair = "Look with 'eos verify' at what is missing, then run 'eos relay repair' (or the"
        + " relay once with --repair): it compares "
        + "app.outbox with the topic by id, sends what the topic lacks, and goes on from the slot as it is";

    /// <summary>Before the slot is taken.</summary>
    /// <exception cref="ExpectedFailure">There is no usable slot or publication.</exception>
    public async Task RefuseUnusableAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await RefusePublicationAsync(connection, cancellation);
        var state = await SlotState.ReadAsync(connection, options.Slot, cancellation);
        var where = $"{connection.Host}:{connection.Port}";
        if (state is null)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"replication slot {options.Slot} does not exist on"
                + $" {where}: on a new "
                + "database run 'eos migrate'. If it was dropped, rows may be missing: " + Repair);
        }

        if (state.Type != "logical" || state.Plugin != "pgoutput" || state.Database != state.CurrentDatabase)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"replication slot {options.Slot} on {where} is"
                + $" {state.Type} with plugin "
                + $"'{state.Plugin}' for database '{state.Database}', needed is logical with pgoutput for"
                + $" '{state.CurrentDatabase}': "
                + "choose another name with --slot here and in 'eos migrate'");
        }

        if (state.WalStatus == "lost")
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"replication slot {options.Slot} on {where} is"
                + $" invalidated: it fell behind "
                + $"by more than max_slot_wal_keep_size and its log is gone. Drop it (SELECT"
                + $" pg_drop_replication_slot('{options.Slot}')). "
                + Repair);
        }
    }

    /// <summary>With the slot held and the progress read: nothing can move either any more.</summary>
    /// <exception cref="ExpectedFailure">Slot and progress do not belong together.</exception>
    public void RefuseGap(SlotState slot, string system, RelayProgress? progress)
    {
        var name = options.Slot;
        var gap = progress switch
        {
            null when slot.StartedAt is { } start && slot.ConfirmedFlush > start =>
                $"slot {name} was read up to {slot.ConfirmedFlush} before, and topic {options.ProgressTopic} knows"
                    + $" nothing of it: this "
                + "Kafka is not the one that got those rows, or lost them",
            null => null,
            { IsRepairing: true } => $"a repair of slot {name} was begun and did not end",
            _ when progress.System != system =>
                $"topic {options.ProgressTopic} holds the progress of slot {name} on PostgreSQL system"
                    + $" {progress.System}, this server is "
                + $"{system}: it was restored by other means than its own log, or is another one",
            _ when progress.Database != slot.CurrentDatabase =>
                $"topic {options.ProgressTopic} holds the progress of slot {name} in database {progress.Database},"
                    + $" this is "
                + slot.CurrentDatabase,
            _ when progress.SlotStartedAt is { } then && slot.StartedAt is { } now && then != now.ToString() =>
                $"slot {name} was dropped and made again: the one that Kafka knows started at {then}, this one at"
                    + $" {now}",
            _ when slot.ConfirmedFlush > progress.Lsn =>
                $"slot {name} stands at {slot.ConfirmedFlush}, Kafka holds everything up to {progress.Position}"
                    + $" only: the slot was made "
                + "again, or somebody else read it",
            _ when slot.LogEnd < progress.Lsn =>
                $"Kafka holds rows up to {progress.Position}, the log of this server ends at {slot.LogEnd}: the"
                    + $" database was set back to an "
                + "earlier state",
            _ => null,
        };
        if (gap is not null)
            throw new ExpectedFailure(ExitCode.CheckFailed, $"{gap}; rows in between may be missing. {Repair}");
    }

    /// <summary>With the slot held: Debezium has it by agreement, or has written without one.</summary>
    /// <param name="progress">What Kafka holds, as far as the relay knows.</param>
    /// <param name="debezium">A record of Debezium's that the relay does not know of.</param>
    /// <exception cref="ExpectedFailure">The relay would send again what Debezium has sent.</exception>
    public void RefuseDebezium(RelayProgress? progress, Confluent.Kafka.TopicPartitionOffset? debezium)
    {
        var reason = (progress, debezium) switch
        {
            ({ IsReleased: true }, _) => $"slot {options.Slot} was handed over to Debezium at {progress.Position}",
            (_, { } record) => $"record {record.Offset.Value} of {record.Topic} {record.Partition.Value} is Debezium's,"
                + $" and the relay was not told: rows of slot {options.Slot} may be in Kafka already",
            _ => null,
        };
        if (reason is null)
            return;
        throw new ExpectedFailure(
            ExitCode.CheckFailed, reason + ". If the relay is to go on from here: 'eos relay adopt'"
            + " (docs/cdc.md)");
    }

    private async Task RefusePublicationAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Row filters and column lists exist from PostgreSQL 15 on (manual 31.4, 31.5); both would leave something out.
        var filters = connection.PostgreSqlVersion.Major >= 15
            ? "(SELECT count(*) FROM pg_publication_rel r WHERE r.prpubid = p.oid AND (r.prqual IS NOT NULL OR"
            + " r.prattrs IS NOT NULL))"
            : "0::bigint";
        await using var command = new NpgsqlCommand($"""
            SELECT p.pubinsert AND NOT p.pubupdate AND NOT p.pubdelete AND NOT p.pubtruncate,
                   (SELECT coalesce(string_agg(t.schemaname || '.' || t.tablename, ', ' ORDER BY 1), 'nothing')
                    FROM pg_publication_tables t WHERE t.pubname = p.pubname),
                   {filters}
            FROM pg_publication p WHERE p.pubname = $1
            """, connection);
        command.Parameters.Add(new() { Value = options.Publication });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            throw new ExpectedFailure(ExitCode.CheckFailed,
                $"publication {options.Publication} does not exist in database {connection.Database}: run 'eos"
                    + $" migrate'");
        }

        var tables = reader.GetString(1);
        var difference = (reader.GetBoolean(0), tables, reader.GetInt64(2)) switch
        {
            (_, not "app.outbox", _) => $"publishes {tables}",
            (false, _, _) => "publishes more than inserts",
            (_, _, > 0) => "has a row filter or a column list",
            _ => null,
        };
        if (difference is not null)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"publication {options.Publication} {difference},"
                + $" needed are the inserts of "
                + $"app.outbox, all rows and columns: ALTER PUBLICATION {options.Publication} SET TABLE app.outbox; "
                + $"ALTER PUBLICATION {options.Publication} SET (publish = 'insert')");
        }
    }
}
