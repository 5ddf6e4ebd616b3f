using System.Collections.Concurrent;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>Markers after a decision, the sweep for timed-out transactions and forgotten ids, recovery.</summary>
internal sealed partial class TransactionCoordinator
{
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private Task _sweeps = Task.CompletedTask;
    private readonly ConcurrentDictionary<Task, bool> _completions = [];

    /// <summary>Stops; transactions that are not complete are taken up at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        await _sweeps;
        await Task.WhenAll(_completions.Keys);
        await _journal.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>
    /// One round: aborts what has timed out, forgets ids unused for long; gives how many were aborted.
    /// </summary>
    internal async Task<int> SweepAsync()
    {
        var aborted = 0;
        foreach (var (id, state) in _states)
        {
            var now = _environment.Now;
            if (Due(state, now) is not { } next)
                continue;
            if (await StoreAsync(state, next) != KafkaError.None)
                continue;
            if (next.Status == TransactionStatus.Dead)
            {
                _states.TryRemove(KeyValuePair.Create(id, state));
                continue;
            }

            aborted++;
            _environment.Logger.TransactionTimedOut(id, next.ProducerId, next.TimeoutMs);
            BeginCompletion(state, next);
        }

        return aborted;
    }

    /// <summary>
    /// Announces what time alone makes of a state; null where that is nothing,
    /// or no id is left to exchange its own for.
    /// </summary>
    private TransactionMetadata? Due(TransactionState state, long now)
    {
        lock (state.Gate)
        {
            var current = state.Current;
            if (state.IsPending)
                return null;
            TransactionMetadata next;
            try
            {
                if (current.Status == TransactionStatus.Ongoing && now - current.StartedAt > current.TimeoutMs)
                    next = TransactionRules.Fence(current, _ids.Next, now).Next!;
                else if (current.IsIdle && now - current.UpdatedAt > _options.IdExpiration.TotalMilliseconds)
                    next = current.To(TransactionStatus.Dead, now);
                else
                    return null;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _environment.Logger.TransactionNotStored(current.TransactionalId, failure.Message);
                return null;
            }

            state.Announce();
            return next;
        }
    }

    private void Recover()
    {
        foreach (var metadata in _journal.Load())
        {
            var state = new TransactionState(metadata);
            _states[metadata.TransactionalId] = state;
            if (metadata.Status == TransactionStatus.Ongoing)
                Register(metadata.ProducerId, metadata.Epoch, metadata.Partitions);
            else if (metadata.IsPreparing)
                BeginCompletion(state, metadata);
        }

        _environment.Logger.TransactionsLoaded(_states.Count, CoordinatorEpoch);
        _sweeps = SweepUntilStoppedAsync();
    }

    private async Task SweepUntilStoppedAsync()
    {
        using var timer = new PeriodicTimer(_options.SweepInterval, _environment.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await SweepAsync();
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>
    /// Writes the markers and stores the end. Where nothing has to be waited for it is over when this returns: the
    /// producer's next transaction then never meets the last one (YDB #52731).
    /// </summary>
    private void BeginCompletion(TransactionState state, TransactionMetadata prepared)
    {
        var completion = CompleteAsync(state, prepared);
        if (completion.IsCompleted)
            return;
        _completions[completion] = true;
        _ = completion.ContinueWith(done => _completions.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task CompleteAsync(TransactionState state, TransactionMetadata prepared)
    {
        try
        {
            await WriteMarkersAsync(prepared);
            for (var wait = RetryMin; !await StoreEndAsync(state, prepared); wait = Longer(wait))
                await Task.Delay(wait, _environment.Time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped: the next start finds the prepared state and goes on.
        }
    }

    /// <summary>
    /// True when there is nothing left to do: stored, or another completion was faster (KAFKA-9777, -10080, -16352).
    /// </summary>
    private async ValueTask<bool> StoreEndAsync(TransactionState state, TransactionMetadata prepared)
    {
        TransactionMetadata end;
        lock (state.Gate)
        {
            // The very value that was prepared stands for (id, epoch, coordinator epoch):
            // only its own completion may end it.
            if (!ReferenceEquals(state.Current, prepared) || state.IsPending)
                return !ReferenceEquals(state.Current, prepared);
            end = TransactionRules.Complete(prepared, _environment.Now);
            state.Announce();
        }

        return await StoreAsync(state, end) == KafkaError.None;
    }

    private async ValueTask WriteMarkersAsync(TransactionMetadata prepared)
    {
        List<Task>? waiting = null;

        // in an order that is the same each time, so that a simulation which dies on the way can be repeated
        var inOrder = prepared.Partitions.OrderBy(p => p.Topic, StringComparer.Ordinal).ThenBy(p => p.Partition);
        foreach (var partition in inOrder)
        {
            var writing = WriteMarkerAsync(prepared, partition);
            if (!writing.IsCompletedSuccessfully)
                (waiting ??= []).Add(writing.AsTask());
        }

        if (waiting is not null)
            await Task.WhenAll(waiting);
    }

    private async ValueTask WriteMarkerAsync(TransactionMetadata prepared, TopicPartition partition)
    {
        var type = prepared.Status == TransactionStatus.PrepareCommit ? ControlType.Commit : ControlType.Abort;
        var marker = new TransactionMarker(
            partition, prepared.ProducerId, prepared.Epoch, new ControlRecord(type, CoordinatorEpoch))
        {
            Protocol = prepared.Protocol,
        };
        for (var wait = RetryMin; ; wait = Longer(wait))
        {
            var error = await TryWriteMarkerAsync(marker);
            if (error is KafkaError.None or KafkaError.UnknownTopicOrPartition or KafkaError.UnknownTopicId)
                return;
            if (error is KafkaError.InvalidProducerEpoch or KafkaError.TransactionCoordinatorFenced)
            {
                // A newer epoch or coordinator has ended the transaction here already.
                _environment.Logger.MarkerSuperseded(prepared.TransactionalId, partition.ToString(), error);
                return;
            }

            _environment.Logger.MarkerRetried(prepared.TransactionalId, partition.ToString(), error);
            await Task.Delay(wait, _environment.Time, _stop.Token);
        }
    }

    private async ValueTask<KafkaError> TryWriteMarkerAsync(TransactionMarker marker)
    {
        try
        {
            return await _host.WriteMarkerAsync(marker, _stop.Token);
        }
        catch (IOException)
        {
            return KafkaError.KafkaStorageError;
        }
    }

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < RetryMax ? wait * 2 : RetryMax;
}
