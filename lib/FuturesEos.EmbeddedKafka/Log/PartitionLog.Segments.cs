using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>Rolling, checkpoints, retention, DeleteRecords, closing.</summary>
internal sealed partial class PartitionLog
{
    /// <summary>
    /// Bytes since the last checkpoint that make another one worth its flush: what a start after a crash reads again.
    /// </summary>
    private const int CheckpointBytes = 64 << 20;
    private const long ComplainEveryMs = 10_000;

    private long _complainedAt = long.MinValue / 2;

    private Task _sealing = Task.CompletedTask;
    private int _checkpointed;

    /// <summary>Up to where the newest snapshot tells of producers, one on its way included.</summary>
    private long _snapshotOffset;

    /// <summary>
    /// Makes everything before <paramref name="offset"/> (-1: the high watermark) unreadable; gives the new start.
    /// </summary>
    public (KafkaError Error, long LogStartOffset) DeleteRecords(long offset)
    {
        lock (_gate)
        {
            if (_config.IsCompacted && !_config.IsDeleted)
                return (KafkaError.PolicyViolation, -1);
            var target = offset == -1 ? _highWatermark : offset;
            if (target > _highWatermark || target < 0)
                return (KafkaError.OffsetOutOfRange, -1);
            return MoveLogStart(target, isStored: true)
                ? (KafkaError.None, _logStart)
                : (KafkaError.KafkaStorageError, -1);
        }
    }

    /// <summary>
    /// Deletes segments that <c>retention.ms</c> and <c>retention.bytes</c> do not keep; gives how many.
    /// </summary>
    public int ApplyRetention()
    {
        lock (_gate)
        {
            if (_isClosed || !_config.IsDeleted)
                return 0;
            RollExpiredActive();
            var surplus = _config.RetentionBytes < 0
                ? 0
                : _segments.Sum(s => (long)s.SizeBytes) - _config.RetentionBytes;
            var gone = 0;
            for (; gone < _segments.Count - 1 && _segments[gone + 1].BaseOffset <= _highWatermark; gone++)
            {
                var segment = _segments[gone];
                surplus -= segment.SizeBytes;
                if (!IsExpired(segment) && surplus < 0)
                    break;
            }

            return gone == 0 ? 0 : DeleteOldest(gone);
        }
    }

    /// <summary>
    /// Stores index and producers' states if enough was written since, so that a start after a crash reads little.
    /// </summary>
    public void CheckpointIfDue()
    {
        lock (_gate)
        {
            if (_isClosed || Active.SizeBytes - _checkpointed < CheckpointBytes)
                return;
            SealInBackground(Active);
            _checkpointed = Active.SizeBytes;
        }
    }

    /// <summary>Forgets producers that were silent for longer than <c>producer.id.expiration.ms</c>.</summary>
    public int ExpireProducers()
    {
        lock (_gate)
            return _producers.Expire(_environment.Now - (long)_environment.ProducerExpiration.TotalMilliseconds);
    }

    /// <summary>Closes the log and keeps nothing of it; its folder is the caller's to delete.</summary>
    public async ValueTask DiscardAsync()
    {
        await CloseAsync();
        _segments.ForEach(segment => segment.Dispose());
    }

    /// <summary>Closes cleanly: the next start reads no record.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await CloseAsync())
            return;
        try
        {
            Force([Active]);
            Seal(Active, Active.Index.Write(isComplete: false), _end, ProducerSnapshot.Write(_producers));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _environment.Logger.CheckpointFailed(Partition.ToString(), failure.Message);
        }

        _segments.ForEach(segment => segment.Dispose());
    }

    private async ValueTask<bool> CloseAsync()
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            _isClosed = true;
            Wake(isHighWatermark: true, isStable: true);
        }

        await _flush;
        await _sealing;
        lock (_gate)
        {
            Refuse(KafkaError.NotLeaderOrFollower);
        }

        return true;
    }

    /// <summary>The segment to append to; a new one when the active one is full or old.</summary>
    private Segment SegmentFor(int bytes, long nextOffset, long newestTimestamp)
    {
        var active = Active;
        var isFull = (long)active.SizeBytes + bytes > _config.SegmentBytes
            || nextOffset - active.BaseOffset > int.MaxValue;
        var age = active.Index.FirstTimestamp < 0 ? 0 : newestTimestamp - active.Index.FirstTimestamp;
        return active.SizeBytes > 0 && (isFull || age > _config.SegmentMs) ? Roll() : active;
    }

    private Segment Roll()
    {
        var closed = Active;
        var next = Segment.Open(_folder, _end, _storage);
        _segments.Add(next);
        _checkpointed = 0;
        SealInBackground(closed);
        return next;
    }

    /// <summary>Index and snapshot are taken now and stored once the log itself is on the disk.</summary>
    private void SealInBackground(Segment segment)
    {
        var index = segment.Index.Write(isComplete: segment != Active);
        var (offset, snapshot) = (_end, ProducerSnapshot.Write(_producers));
        Volatile.Write(ref _snapshotOffset, offset);
        InBackground(() =>
        {
            try
            {
                Force([segment]);
                Seal(segment, index, offset, snapshot);
            }
            catch
            {
                Volatile.Write(ref _snapshotOffset, 0);
                throw;
            }
        });
    }

    /// <summary>
    /// A crash came before a closed segment's index was stored: without it each start would read the segment again.
    /// </summary>
    private void SealAgain(Segment closed) => InBackground(() =>
    {
        Force([closed]);
        closed.StoreIndex(closed.Index.Write(isComplete: true));
    });

    /// <summary>One piece of file work after the other, outside the lock.</summary>
    private void InBackground(Action work) => _sealing = _sealing.ContinueWith(
        _ =>
        {
            try
            {
                work();
            }
            catch (Exception failure) when (
                failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                _environment.Logger.CheckpointFailed(Partition.ToString(), failure.Message);
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.None,
        _environment.Background);

    /// <summary>
    /// The snapshot goes first: an index that is there promises that what it covers need not be replayed.
    /// </summary>
    private void Seal(Segment segment, byte[] index, long offset, byte[] snapshot)
    {
        AtomicFile.Write(Path.Combine(_folder, Segment.NameOf(offset) + ProducerSnapshot.Extension), snapshot);
        if (File.Exists(segment.Path))
            segment.StoreIndex(index);
        ProducerSnapshot.DeleteOld(_folder, segment.BaseOffset);
    }

    private void RollExpiredActive()
    {
        if (Active.SizeBytes > 0 && IsExpired(Active))
            TryRoll();
    }

    private void TryRoll()
    {
        try
        {
            Roll();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Complain(failure);
        }
    }

    // A full disk is met by every retry of every producer.
    private void Complain(Exception failure)
    {
        var now = _environment.Now;
        if (now - _complainedAt < ComplainEveryMs)
            return;
        _complainedAt = now;
        _environment.Logger.WriteFailed(Partition.ToString(), failure.Message);
    }

    private bool IsExpired(Segment segment) =>
        _config.RetentionMs >= 0 && segment.Index.MaxTimestamp >= 0
        && _environment.Now - segment.Index.MaxTimestamp > _config.RetentionMs;

    private int DeleteOldest(int count)
    {
        MoveLogStart(_segments[count].BaseOffset, isStored: false);
        return count;
    }

    /// <summary>
    /// Stores the new start before anything goes; segments wholly below it are deleted. Retention needs no file, since
    /// it starts at a segment: it can free a full disk.
    /// </summary>
    private bool MoveLogStart(long offset, bool isStored)
    {
        if (offset <= _logStart)
            return true;
        try
        {
            if (isStored)
                OffsetFile.Write(_folder, OffsetFile.LogStart, offset);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _environment.Logger.CheckpointFailed(Partition.ToString(), failure.Message);
            return false;
        }

        Volatile.Write(ref _logStart, offset);
        DropBelowStart();
        var stable = StableOffset();
        if (stable != _stable)
        {
            Volatile.Write(ref _stable, stable);
            Wake(isHighWatermark: false, isStable: true);
        }

        return true;
    }

    private void DropBelowStart()
    {
        while (_segments.Count > 1 && _segments[1].BaseOffset <= _logStart)
        {
            // The file goes only after the snapshot that takes its producers' place: of a segment that was closed
            // before a crash there may be none. The handle stays open for a reader that is just using it; the
            // finalizer closes it.
            if (_segments[0].NextOffset > Volatile.Read(ref _snapshotOffset))
                SealInBackground(Active);
            InBackground(_segments[0].Delete);
            _segments.RemoveAt(0);
        }
    }
}
