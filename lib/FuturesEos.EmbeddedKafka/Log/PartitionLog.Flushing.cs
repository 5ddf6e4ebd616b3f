namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Forced writes. Under fsync = always one flush serves every append that waits for it (group commit), and only what
/// was flushed is below the high watermark.
/// </summary>
internal sealed partial class PartitionLog
{
    private readonly Lock _forcing = new();
    private readonly List<Segment> _unflushed = [];
    private readonly List<(long Offset, TaskCompletionSource Done)> _durable = [];
    private volatile Exception? _flushFailure;
    private Task _flush = Task.CompletedTask;
    private bool _isFlushing;

    /// <summary>A flush failed: the log takes no more records, and is not flushed again, until a restart.</summary>
    public bool HasLostWrites => _flushFailure is not null;

    /// <summary>
    /// Waits until the high watermark is at <paramref name="nextOffset"/>: done already unless each append is fsynced.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public ValueTask WhenDurableAsync(long nextOffset, CancellationToken cancellation)
    {
        if (HighWatermark >= nextOffset)
            return ValueTask.CompletedTask;
        TaskCompletionSource done;
        lock (_gate)
        {
            if (_highWatermark >= nextOffset)
                return ValueTask.CompletedTask;
            if (_flushFailure is not null || _isClosed)
            {
                return ValueTask.FromException(
                    new IOException($"{Partition} is closed or its disk failed", _flushFailure));
            }

            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _durable.Add((nextOffset, done));
        }

        return new ValueTask(WaitAsync(done, cancellation));
    }

    // Task.WaitAsync would go on at some thread of the pool first, and a simulation could not be repeated.
    private static async Task WaitAsync(TaskCompletionSource done, CancellationToken cancellation)
    {
        await using (cancellation.Register(() => done.TrySetCanceled(cancellation)))
            await done.Task;
    }

    /// <summary>Forces what was written to the disk.</summary>
    /// <exception cref="IOException">The disk failed; the log takes no more records.</exception>
    public void Flush()
    {
        List<Segment> dirty;
        long end;
        lock (_gate)
        {
            dirty = [.. _unflushed];
            end = _end;
            _unflushed.Clear();
        }

        Force(dirty);
        lock (_gate)
        {
            if (end > _highWatermark)
                RaiseHighWatermark(end);
            foreach (var (_, done) in _durable.Where(waiting => waiting.Offset <= end))
                done.TrySetResult();
            _durable.RemoveAll(waiting => waiting.Offset <= end);
        }
    }

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
                    if (_unflushed.Count > 0)
                        continue;
                    _isFlushing = false;
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
            foreach (var (_, done) in _durable)
                done.TrySetException(new IOException($"{Partition} could not be forced to the disk", failure));
            _durable.Clear();
        }
    }
}
