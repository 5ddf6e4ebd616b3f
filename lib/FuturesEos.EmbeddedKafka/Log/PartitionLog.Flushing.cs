using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Forced writes. Under fsync = always one flush serves every append that waits for it (group commit), and only what
/// was flushed is below the high watermark; so does the append that <c>flush.messages</c> makes due, and what comes
/// while its flush runs.
/// </summary>
internal sealed partial class PartitionLog
{
    private readonly Lock _forcing = new();
    private readonly List<(long Offset, TaskCompletionSource<KafkaError> Done)> _durable = [];
    private volatile Exception? _flushFailure;
    private Task _flush = Task.CompletedTask;
    private bool _isFlushing;

    /// <summary>Everything before it was forced to the disk.</summary>
    private long _forced;
    private long _flushedAt;

    /// <summary>A flush failed: the log takes no more records, and is not flushed again, until a restart.</summary>
    public bool HasLostWrites => _flushFailure is not null;

    /// <summary>Whether <c>flush.ms</c> has passed since the last flush, and there is something to flush.</summary>
    public bool IsFlushOverdue
    {
        get
        {
            lock (_gate)
                return _end > _forced && _environment.Now - _flushedAt >= _config.FlushMs;
        }
    }

    /// <summary>
    /// Waits until the high watermark is at <paramref name="nextOffset"/>: done already unless each append is fsynced.
    /// </summary>
    /// <returns>
    /// NONE; KAFKA_STORAGE_ERROR when the disk failed, NOT_LEADER_OR_FOLLOWER when the log was closed meanwhile.
    /// </returns>
    public ValueTask<KafkaError> WhenDurableAsync(long nextOffset, CancellationToken cancellation)
    {
        if (HighWatermark >= nextOffset)
            return new(KafkaError.None);
        TaskCompletionSource<KafkaError> done;
        lock (_gate)
        {
            if (_highWatermark >= nextOffset)
                return new(KafkaError.None);
            if (Refusal() is { } refused)
                return new(refused.Error);
            done = new TaskCompletionSource<KafkaError>(TaskCreationOptions.RunContinuationsAsynchronously);
            _durable.Add((nextOffset, done));
        }

        return new ValueTask<KafkaError>(WaitAsync(done, cancellation));
    }

    // Task.WaitAsync would go on at some thread of the pool first, and a simulation could not be repeated.
    private static async Task<KafkaError> WaitAsync(
        TaskCompletionSource<KafkaError> done, CancellationToken cancellation)
    {
        await using (cancellation.Register(() => done.TrySetCanceled(cancellation)))
            return await done.Task;
    }

    /// <summary>Forces what was written to the disk, whatever the policy.</summary>
    /// <exception cref="IOException">The disk failed; the log takes no more records.</exception>
    public void Flush()
    {
        List<Segment> dirty;
        long end;
        lock (_gate)
        {
            dirty = _segments[(_segments.FindLastBefore(segment => segment.NextOffset <= _forced) + 1)..];
            end = _end;
        }

        Force(dirty);
        lock (_gate)
        {
            _forced = Math.Max(_forced, end);
            _flushedAt = _environment.Now;
            Acknowledge(end);
        }
    }

    private bool IsFlushDue(long end) => end > _forced
        && (_environment.Fsync == FsyncPolicy.Always || end - _forced >= _config.FlushMessages);

    /// <summary>Under the lock: starts a flush unless one runs, which will see this append too.</summary>
    private void StartFlush()
    {
        if (_isFlushing)
            return;
        _isFlushing = true;
        _flush = Task.Factory.StartNew(
            FlushUntilDone, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _environment.Background);
    }

    private void FlushUntilDone()
    {
        try
        {
            while (true)
            {
                Flush();
                lock (_gate)
                {
                    if (IsFlushDue(_end))
                        continue;
                    _isFlushing = false;
                    Acknowledge(_end);
                    return;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            lock (_gate)
                _isFlushing = false;
        }
    }

    /// <summary>What comes before <paramref name="end"/> can be read, and who waits for it is told.</summary>
    private void Acknowledge(long end)
    {
        if (end > _highWatermark)
            RaiseHighWatermark(end);
        foreach (var (_, done) in _durable.Where(waiting => waiting.Offset <= end))
            done.TrySetResult(KafkaError.None);
        _durable.RemoveAll(waiting => waiting.Offset <= end);
    }

    /// <summary>
    /// Every forced write of segments, one at a time, also where there is nothing left to force: who comes second waits
    /// for what the first has taken. Of two for one file only the first is told that pages were lost (Linux tells an
    /// error once), and the other must not take that for success.
    /// </summary>
    private void Force(List<Segment> segments)
    {
        lock (_forcing)
        {
            if (_flushFailure is { } earlier)
                throw new IOException($"{Partition} could not be forced to the disk: {earlier.Message}", earlier);
            try
            {
                segments.ForEach(segment => _storage.Flush(segment.File));
                if (segments.Exists(segment => segment.IsNew))
                    _storage.FlushFolder(_folder);
                segments.ForEach(segment => segment.IsNew = false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Fail(failure);
                throw;
            }
        }
    }

    /// <summary>
    /// After a failed fsync the pages may be lost though a second one succeeds, so nothing is taken any more.
    /// </summary>
    private void Fail(Exception failure)
    {
        _environment.Logger.FlushFailed(Partition.ToString(), failure.Message);
        lock (_gate)
        {
            _flushFailure = failure;
            Refuse(KafkaError.KafkaStorageError);
        }
    }

    private void Refuse(KafkaError error)
    {
        foreach (var (_, done) in _durable)
            done.TrySetResult(error);
        _durable.Clear();
    }
}
