using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// One partition: records in segments on disk, the state of its producers, its open and aborted transactions.
/// <code>
///   log start            stable offset      high watermark      end
///      │ ... committed, aborted │ open transactions │ not yet forced │   (the last part only under fsync = always)
/// </code>
/// Appends run one at a time under the log's lock, which is never held across an await; reads take it for a moment to
/// find their place and read outside it.
/// </summary>
internal sealed partial class PartitionLog : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LogEnvironment _environment;
    private readonly LogStorage _storage;
    private readonly string _folder;
    private readonly List<Segment> _segments;
    private readonly ProducerStates _producers;
    private readonly RecentBatches _recent = new();
    private readonly List<LogWaiter> _waiters = [];
    private long _logStart;
    private long _end;
    private long _highWatermark;
    private long _stable;
    private bool _isTailTorn;
    private bool _isClosed;
    private volatile LogConfig _config;

    private PartitionLog(
        TopicPartition partition, string folder, LogConfig config, LogEnvironment environment, RecoveredLog recovered)
    {
        Partition = partition;
        _folder = folder;
        _config = config;
        _environment = environment;
        _storage = environment.Storage;
        _segments = recovered.Segments;
        _producers = recovered.Producers;
        _logStart = recovered.LogStart;
        _snapshotOffset = recovered.SnapshotOffset;
        _end = _segments[^1].NextOffset;
        _highWatermark = _end;
        _forced = recovered.ForcedOffset;
        _flushedAt = environment.Now;
        _producers.OnHighWatermark(_end);
        _stable = StableOffset();
        _checkpointed = Active.SizeBytes;
        _compacted = OffsetFile.Read(folder, OffsetFile.Compacted);
        foreach (var closed in _segments.Take(_segments.Count - 1).Where(segment => !segment.IsSealed))
            SealAgain(closed);
        DropBelowStart();
    }

    public TopicPartition Partition { get; }

    public LogConfig Config
    {
        get => _config;
        set => _config = value;
    }

    /// <summary>First offset that can be read.</summary>
    public long LogStartOffset => Volatile.Read(ref _logStart);

    /// <summary>Offset after the last record that can be read and was acknowledged.</summary>
    public long HighWatermark => Volatile.Read(ref _highWatermark);

    /// <summary>Offset before which no transaction is open.</summary>
    public long LastStableOffset => Volatile.Read(ref _stable);

    /// <summary>Offset the next record gets.</summary>
    public long EndOffset => Volatile.Read(ref _end);

    /// <summary>Always 0: there is one replica, and no election ever takes records back.</summary>
    public int LeaderEpoch => 0;

    /// <summary>Bytes on disk.</summary>
    public long SizeBytes
    {
        get
        {
            lock (_gate)
                return _segments.Sum(segment => (long)segment.SizeBytes);
        }
    }

    private Segment Active => _segments[^1];

    /// <summary>
    /// Opens or creates the log in <paramref name="folder"/> and brings it back to its last whole batch.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static PartitionLog Open(
        TopicPartition partition, string folder, LogConfig config, LogEnvironment environment) =>
        new(partition, folder, config, environment, new LogRecovery(partition, folder, config, environment).Run());

    /// <summary>
    /// Appends the batches of a request after checking all of them; offsets are written into
    /// <paramref name="records"/>. Acknowledge only after <see cref="WhenDurableAsync"/>.
    /// </summary>
    public AppendResult Append(Memory<byte> records, AppendOrigin origin = AppendOrigin.Client)
    {
        var config = _config;
        var verdict = BatchValidator.Check(
            records.Span, config, origin, _environment.Now, _environment.Memory.Unpacked);
        if (verdict.Error != KafkaError.None)
            return verdict;
        if (origin == AppendOrigin.Client && config.TimestampType == TimestampType.CreateTime)
            RecordBatch.CorrectMaxTimestamp(records.Span, verdict.NewestTimestamp);
        if (origin == AppendOrigin.Client && config.Codec is { } codec)
        {
            (records, verdict) = BatchValidator.Repack(records, codec, config, _environment.Memory);
            if (verdict.Error != KafkaError.None)
                return verdict;
        }

        lock (_gate)
        {
            if (Refusal() is { } refused)
                return refused;
            ReadOnlySpan<byte> rest = records.Span;
            while (RecordBatch.TryTake(ref rest, out var batch))
            {
                var check = _producers.Check(batch, origin);
                if (check.Error != KafkaError.None)
                    return AppendResult.Refused(check.Error, check.Reason);
                if (check.Duplicate is { } first)
                    return Repeated(first);
            }

            return Write(records.Span, config.TimestampType == TimestampType.LogAppendTime);
        }
    }

    /// <summary>Appends the marker that ends a transaction; of protocol 2 it carries the bumped epoch.</summary>
    public AppendResult AppendMarker(long producerId, short producerEpoch, ControlRecord marker, bool isBumped = false)
    {
        var bytes = marker.ToBatch(producerId, producerEpoch, _environment.Now);
        lock (_gate)
        {
            if (Refusal() is { } refused)
                return refused;
            var check = _producers.Check(producerId, producerEpoch, marker.CoordinatorEpoch, isBumped);
            return check.Error == KafkaError.None
                ? Write(bytes, _config.TimestampType == TimestampType.LogAppendTime, marker)
                : AppendResult.Refused(check.Error, check.Reason);
        }
    }

    /// <summary>
    /// Lets transactional batches of this producer and epoch in until the next marker. Called once the registration of
    /// the partition in the transaction is stored, before AddPartitionsToTxn is answered. The proof is taken back under
    /// the lock that appends, so nothing slips in behind the marker (KIP-890, KAFKA-14884).
    /// </summary>
    public void RegisterTransaction(long producerId, short producerEpoch)
    {
        lock (_gate)
            _producers.Register(producerId, producerEpoch, _environment.Now);
    }

    /// <summary>Whether a newer epoch of the batch's producer was here.</summary>
    public bool IsFenced(RecordBatch batch)
    {
        lock (_gate)
            return _producers.IsFenced(batch);
    }

    /// <summary>
    /// Whether a client's transactional batch may come now; asked before <see cref="Append"/>, which asks again.
    /// </summary>
    public bool Admits(RecordBatch batch, bool isEpochBumped = false)
    {
        lock (_gate)
            return _producers.Admits(batch, isEpochBumped);
    }

    public IReadOnlyList<ProducerDescription> DescribeProducers()
    {
        lock (_gate)
        {
            return
            [
                .. _producers.All.Where(p => p.Epoch >= 0 || p.BatchCount > 0).Select(p => new ProducerDescription(
                    p.ProducerId, p.Epoch, p.LastSequence, p.LastSeen, p.CoordinatorEpoch, p.TransactionStart)),
            ];
        }
    }

    private AppendResult? Refusal()
    {
        if (_isClosed)
            return AppendResult.Refused(KafkaError.NotLeaderOrFollower, "the partition is closed");
        return _flushFailure is null
            ? null
            : AppendResult.Refused(
                KafkaError.KafkaStorageError, $"an earlier flush failed, restart the broker: {_flushFailure.Message}");
    }

    private AppendResult Repeated(ProducedBatch first) => new(KafkaError.None)
    {
        BaseOffset = first.BaseOffset,
        NextOffset = first.LastOffset + 1,
        LogAppendTime = first.Timestamp,
        LogStartOffset = _logStart,
        IsDuplicate = true,
    };

    /// <summary>Writes first and changes state after: an append that fails leaves nothing behind.</summary>
    private AppendResult Write(Span<byte> batches, bool isStamped, ControlRecord? marker = null)
    {
        var now = _environment.Now;
        var (first, next, newest) = Place(batches, isStamped ? now : -1);
        Segment segment;
        try
        {
            MendTail();
            segment = SegmentFor(batches.Length, next, newest);
            _storage.Write(segment.File, batches, segment.SizeBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _isTailTorn = true;
            TryMendTail();
            Complain(failure);
            return AppendResult.Refused(KafkaError.KafkaStorageError, failure.Message);
        }

        TakeOver(segment, batches, marker, now);
        Advance(next);
        return new AppendResult(KafkaError.None)
        {
            BaseOffset = first,
            NextOffset = next,
            LogAppendTime = isStamped ? now : -1,
            LogStartOffset = _logStart,
        };
    }

    private (long First, long Next, long Newest) Place(Span<byte> batches, long stamp)
    {
        var (next, newest) = (_end, -1L);
        for (var at = 0; at < batches.Length;)
        {
            var bytes = batches[at..];
            if (stamp >= 0)
                RecordBatch.StampAppendTime(bytes[..RecordBatch.SizeOf(bytes)], stamp);
            RecordBatch.Place(bytes, next, LeaderEpoch);
            var batch = new RecordBatch(bytes);
            next = batch.NextOffset;
            newest = Math.Max(newest, batch.MaxTimestamp);
            at += batch.Size;
        }

        return (_end, next, newest);
    }

    private void TakeOver(Segment segment, ReadOnlySpan<byte> batches, ControlRecord? marker, long now)
    {
        while (RecordBatch.TryTake(ref batches, out var batch))
        {
            _recent.Add(segment, batch.BaseOffset, batch.NextOffset, segment.SizeBytes);
            segment.Index.Add(batch, batch.BaseOffset, _config.IndexIntervalBytes);
            if (marker is { } control)
                _producers.Apply(batch, control, segment.Index, now);
            else
                _producers.Apply(batch, batch.BaseOffset, now);
        }
    }

    private void Advance(long end)
    {
        Volatile.Write(ref _end, end);
        if (_isFlushing || IsFlushDue(end))
            StartFlush();
        else
            RaiseHighWatermark(end);
    }

    private void RaiseHighWatermark(long offset)
    {
        Volatile.Write(ref _highWatermark, offset);
        _producers.OnHighWatermark(offset);
        var stable = StableOffset();
        var hasStableMoved = stable != _stable;
        Volatile.Write(ref _stable, stable);
        Wake(isHighWatermark: true, isStable: hasStableMoved);
    }

    private long StableOffset() =>
        Math.Max(_logStart, Math.Min(_highWatermark, _producers.FirstUnstableOffset ?? long.MaxValue));

    /// <summary>Takes back what a failed write left; throws while the disk still refuses.</summary>
    private void MendTail()
    {
        if (!_isTailTorn)
            return;
        _storage.Truncate(Active.File, Active.SizeBytes);
        _isTailTorn = false;
    }

    private void TryMendTail()
    {
        try
        {
            MendTail();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _environment.Logger.TailLeftTorn(Partition.ToString(), failure.Message);
        }
    }
}
