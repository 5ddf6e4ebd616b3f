using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// One stretch of relaying, from taking the slot to the first failure. Nothing is carried over to the next one: it
/// reads in Kafka how far this one got.
/// </summary>
/// <remarks>
/// <code>
/// take the slot ── held by another: stand by
///   └ fence the predecessor, read the progress, compare both ── they do not belong together: refuse
///       └ rows → Kafka transaction ── full, or old enough and between PostgreSQL transactions → commit with progress
/// → confirm
/// </code>
/// </remarks>
internal sealed class RelaySession(
    NpgsqlDataSource database, PostgresSettings postgres, KafkaSettings kafka, OutboxRelayOptions options,
    RefusedRows refused, ILogger logger, TimeProvider time, Action<CrashPoint> crash) : IAsyncDisposable
{
    /// <summary>
    /// Part of a large PostgreSQL transaction is committed after this long, well before the transaction times out.
    /// </summary>
    private static readonly TimeSpan PartAgeMax = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(15);

    private readonly SlotGuard _guard = new(options);
    private readonly RelayTransaction _transaction = new(kafka, options, logger);
    private SlotReader? _reader;
    private NpgsqlConnection? _query;
    private RelayProgress _progress = null!;
    private NpgsqlLogSequenceNumber _position;
    private string? _publication;
    private HashSet<Guid>? _compareWith;
    private long _lastNoted;
    private long _lastMeasured;

    /// <summary>What Kafka holds, as far as it is committed.</summary>
    public RelayProgress Progress => _progress;

    /// <summary>Rows that Kafka never took, in <c>app.outbox_parked</c>.</summary>
    public long Parked { get; private set; }

    /// <summary>Takes the slot and finds out where to go on.</summary>
    public async Task OpenAsync(RelayStart start, CancellationToken cancellation)
    {
        var connection = _query = await database.OpenConnectionAsync(cancellation);
        if (start == RelayStart.Repair)
            await OutboxRepair.EnsureSlotAsync(connection, options, cancellation);
        await _guard.RefuseUnusableAsync(connection, cancellation);
        _publication = (await PublishedOutbox.ReadAsync(connection, options.Publication, cancellation)).Version;

        // The slot first: whoever holds it may fence. The other way round a standby would fence the relay that works.
        _reader = await SlotReader.OpenAsync(connection, options, postgres.ConnectionString, cancellation);
        crash(CrashPoint.SlotTaken);
        _transaction.Initialize(cancellation);
        crash(CrashPoint.PredecessorFenced);

        var progressReader = new ProgressReader(kafka, options);
        var slot = (await SlotState.ReadAsync(connection, options.Slot, cancellation))!;
        var stored = start switch
        {
            RelayStart.Repair => await RepairAsync(connection, progressReader, slot, cancellation),
            RelayStart.Adoption => await AdoptAsync(connection, progressReader, slot, cancellation),
            _ => progressReader.ReadNewest(cancellation),
        };
        _guard.RefuseDebezium(stored, progressReader.FindDebezium(stored?.EventsKnownUntil, cancellation));
        _guard.RefuseGap(slot, _reader.System.SystemId, stored);
        _progress = stored ?? FirstProgress(slot);
        var publication = await _guard.RefuseChangedAsync(connection, _progress.Publication, cancellation);
        _progress = _progress with { Publication = publication }; // an older program noted none
        _position = _progress.Lsn;
        if (_progress.CompareUntil is not null)
            _compareWith ??= progressReader.ReadEventIds(cancellation);
        Parked = await new ParkedRows(connection).CountAsync(cancellation);
        logger.Relaying(options.Slot, slot.CurrentDatabase, options.Topic, _progress.Position);
    }

    /// <summary>Relays until cancelled; a clean stop commits what is whole.</summary>
    public async Task RunAsync(Action beat, CancellationToken cancellation)
    {
        _lastNoted = time.GetTimestamp();
        var stretch = new TransactionStretch();
        while (true)
        {
            beat();
            _transaction.ThrowIfFailed(); // a refused login, while there is nothing to send
            await MeasureAsync(cancellation);
            var item = await NextAsync(stretch, cancellation);
            if (item is { } next)
            {
                await TakeAsync(next, stretch, cancellation);
                _reader!.Done(next);
            }

            if (cancellation.IsCancellationRequested)
            {
                if (_transaction.IsOpen && !stretch.IsOpen)
                    await CommitAsync(_progress.At(_position), stretch.CommittedAt, CancellationToken.None);
                return;
            }

            if (_transaction.IsOpen && IsDue(stretch))
            {
                var progress = stretch.IsOpen
                    ? _progress.At(_position).Within(stretch.Commit, stretch.Rows)
                    : _progress.At(_position);
                await CommitAsync(progress, stretch.CommittedAt, cancellation);
                if (stretch.IsOpen)
                    crash(CrashPoint.PartCommitted);
            }
        }
    }

    /// <summary>Notes that Debezium goes on from here, and has the slot stand exactly here.</summary>
    /// <remarks>The note first: from then on no relay starts, whatever becomes of the slot.</remarks>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        _progress = _progress with { IsReleased = true };
        _transaction.Commit(_progress, () => { }, cancellation);
        await _reader!.ConfirmAsync(_progress.Lsn, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _transaction.Dispose();
        if (_reader is not null)
            await _reader.DisposeAsync();
        if (_query is not null)
            await _query.DisposeAsync();
    }

    private async ValueTask MeasureAsync(CancellationToken cancellation)
    {
        if (_lastMeasured != 0 && time.GetElapsedTime(_lastMeasured) < MeasureEvery)
            return;
        _lastMeasured = time.GetTimestamp();
        if (await SlotState.ReadAsync(_query!, options.Slot, cancellation) is { } slot)
            RelayTelemetry.Retained(slot.RetainedBytes);
    }

    private RelayProgress FirstProgress(SlotState slot) => new()
    {
        System = _reader!.System.SystemId,
        Publication = _publication,
        Database = slot.CurrentDatabase,
        SlotStartedAt = slot.StartedAt?.ToString(),
        Position = slot.ConfirmedFlush.ToString(),
    };

    private bool IsDue(TransactionStretch stretch) =>
        _transaction.IsFull || _transaction.Age >= (stretch.IsOpen ? PartAgeMax : options.Linger);

    // Nothing when the open Kafka transaction has waited long enough; else waits for the log.
    private async ValueTask<LogItem?> NextAsync(TransactionStretch stretch, CancellationToken cancellation)
    {
        var items = _reader!.Items;
        if (items.TryRead(out var item))
            return item;
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var longest = !_transaction.IsOpen ? options.Heartbeat
            : (stretch.IsOpen ? PartAgeMax : options.Linger) - _transaction.Age;
        wait.CancelAfter(longest > TimeSpan.Zero ? longest : TimeSpan.Zero);
        try
        {
            return await items.ReadAsync(wait.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (ChannelClosedException closed) when (closed.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(closed.InnerException);
            throw;
        }
    }

    private async ValueTask TakeAsync(LogItem item, TransactionStretch stretch, CancellationToken cancellation)
    {
        switch (item.Kind)
        {
            case LogItemKind.Begin:
                // Whole transactions are known or not by where their commit record starts, compared with where known
                // ones end: the end of one may be the start of the next (dbz#76), and rows of one insert share a
                // position (dbz#1554).
                var known = item.Position < _progress.Lsn ? long.MaxValue
                    : item.Position == _progress.PartialLsn ? _progress.PartialRows : 0;
                stretch.Open(item.Position, item.CommittedAt, known);
                break;
            case LogItemKind.Row:
                if (stretch.Take() && (_compareWith is null || _compareWith.Add(item.Entry!.EventId)))
                    await SendAsync(item.Entry!, cancellation);

                break;
            case LogItemKind.Unreadable:
                // What a repair or the progress covers is in Kafka, however it came through the log then.
                if (stretch.Commit >= _progress.Lsn && !(stretch.Commit < _progress.CompareUntilLsn))
                    throw _guard.Unreadable(item.Problem!);
                break;
            case LogItemKind.Commit:
                stretch.Close();
                Advance(item.Position);
                break;
            case LogItemKind.Idle:
                Advance(item.Position);
                await NoteIdleAsync(cancellation);
                break;
        }
    }

    private async ValueTask SendAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        var reason = refused.ReasonOf(entry.EventId)
            ?? _transaction.Add(entry, refused.IsSuspect(entry.EventId));
        if (reason is null)
        {
            if (_transaction.Rows == 1)
                crash(CrashPoint.FirstRowSent);
            return;
        }

        await new ParkedRows(_query!).AddAsync(entry.EventId, reason, cancellation);
        refused.Forget(entry.EventId);
        Parked++;
        logger.Parked(entry.EventId, reason);
    }

    private void Advance(NpgsqlLogSequenceNumber position)
    {
        if (position > _position)
            _position = position;
        if (_compareWith is not null && _progress.CompareUntilLsn <= _position)
            _compareWith = null;
    }

    // A quiet outbox on a busy server: progress alone is committed now and then, and then PostgreSQL may drop its
    // log. The slot is never confirmed beyond the progress, or the next start would have to take it for a gap.
    private async ValueTask NoteIdleAsync(CancellationToken cancellation)
    {
        if (_transaction.IsOpen || _position <= _progress.Lsn || time.GetElapsedTime(_lastNoted) < options.Heartbeat)
            return;
        await CommitAsync(_progress.At(_position), null, cancellation);
    }

    private async Task CommitAsync(RelayProgress progress, DateTime? committedAt, CancellationToken cancellation)
    {
        await _guard.RefuseChangedAsync(_query!, progress.Publication, cancellation);
        var (rows, gathered, start) = (_transaction.Rows, _transaction.Age, time.GetTimestamp());
        _transaction.Commit(progress, () => crash(CrashPoint.BeforeCommit), cancellation);
        _progress = progress;
        _lastNoted = time.GetTimestamp();
        RelayTelemetry.Sent.Add(rows);
        RelayTelemetry.Transactions.Add(1, new KeyValuePair<string, object?>("outcome", "committed"));
        RelayTelemetry.Duration.Record((gathered + time.GetElapsedTime(start)).TotalSeconds);
        if (rows > 0 && committedAt is { } at)
            RelayTelemetry.Lag(time.GetUtcNow().UtcDateTime - at);
        logger.Committed(rows, progress.Position);
        crash(CrashPoint.Committed);
        await _reader!.ConfirmAsync(progress.Lsn, cancellation);
        crash(CrashPoint.Confirmed);
    }

    private async Task<RelayProgress> RepairAsync(
        NpgsqlConnection connection, ProgressReader progressReader, SlotState slot, CancellationToken cancellation)
    {
        var ends = progressReader.ReadEventEnds(); // before the ids: what comes later is not among them
        _compareWith = progressReader.ReadEventIds(cancellation);
        var repair = new OutboxRepair(connection, options, _transaction, refused, logger, crash);
        return await repair.RunAsync(
            _compareWith, FirstProgress(slot) with { EventsKnownUntil = ends }, cancellation);
    }

    // Debezium reads no more, since the slot is ours; fenced, it writes no more what it has read. So its records are
    // all there: rows that the slot gives again, up to where the log ends now, are compared with them by id.
    private async Task<RelayProgress> AdoptAsync(
        NpgsqlConnection connection, ProgressReader progressReader, SlotState slot, CancellationToken cancellation)
    {
        RelayTransaction.Fence(kafka, options.DebeziumId, cancellation);
        await using var end = new NpgsqlCommand("SELECT pg_current_wal_insert_lsn()", connection);
        var until = (NpgsqlLogSequenceNumber)(await end.ExecuteScalarAsync(cancellation))!;
        var adopted = FirstProgress(slot) with
        {
            CompareUntil = until.ToString(),
            EventsKnownUntil = progressReader.ReadEventEnds(),
        };
        _transaction.Commit(adopted, () => { }, cancellation);
        return adopted;
    }
}
