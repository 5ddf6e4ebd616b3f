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
        var published = await PublishedOutbox.ReadAsync(connection, options.Publication, cancellation);
        if (published.Problem is { } problem)
            throw new ExpectedFailure(ExitCode.CheckFailed, problem);
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

    /// <summary>Before a progress is committed: rows up to it were published as they are needed.</summary>
    /// <param name="connection">Beside the stream.</param>
    /// <param name="version">Of the publication, as the progress has it; none: it is an older program's.</param>
    /// <param name="cancellation">Ends the question.</param>
    /// <returns>The version that holds.</returns>
    /// <exception cref="ExpectedFailure">The publication is another one, or was for a while.</exception>
    public async Task<string> RefuseChangedAsync(
        NpgsqlConnection connection, string? version, CancellationToken cancellation)
    {
        var published = await PublishedOutbox.ReadAsync(connection, options.Publication, cancellation);
        if (published.Problem is { } problem)
            throw new ExpectedFailure(ExitCode.CheckFailed, $"{problem}; then rows may be missing. {Repair}");
        if (version is not null && version != published.Version)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, $"publication {options.Publication} or table app.outbox was"
                + " changed since the last rows were relayed: rows may have been left out meanwhile and be missing."
                + $" {Repair}");
        }

        return published.Version;
    }

    /// <summary>A row came that is none of <c>app.outbox</c> as it is needed.</summary>
    public ExpectedFailure Unreadable(string what) => new(ExitCode.CheckFailed, $"{what}: publication"
        + $" {options.Publication} or table app.outbox was changed. If app.outbox was made partitioned: ALTER"
        + $" PUBLICATION {options.Publication} SET (publish_via_partition_root = true). {Repair}");

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
}
