using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// The log of transaction states. Each id's newest record counts; once the log has grown enough, the newest of all are
/// written behind the rest and the rest is deleted, which for few ids is cheaper than compaction.
/// </summary>
internal sealed class TransactionJournal : IAsyncDisposable
{
    private const int RewriteAfterBytes = 16 << 20;
    private const int BatchBytes = 256 << 10;
    private const int ReadBytes = 1 << 20;

    private readonly Lock _gate = new();
    private readonly PartitionLog _log;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, byte[]> _newest = new(StringComparer.Ordinal);
    private long _bytesSinceRewrite;

    private TransactionJournal(PartitionLog log, TimeProvider time)
    {
        _log = log;
        _time = time;
    }

    public static TransactionJournal Open(string folder, LogEnvironment environment)
    {
        var config = new LogConfig
        {
            SegmentBytes = RewriteAfterBytes, RetentionMs = -1, TimestampAfterMaxMs = long.MaxValue,
        };
        var partition = new TopicPartition(TransactionCoordinator.TopicName, 0);
        return new TransactionJournal(PartitionLog.Open(partition, folder, config, environment), environment.Time);
    }

    /// <summary>The newest state of every id.</summary>
    /// <exception cref="IOException">The log is damaged.</exception>
    public IReadOnlyList<TransactionMetadata> Load()
    {
        for (var offset = _log.LogStartOffset; offset < _log.EndOffset;)
        {
            using var read = _log.Read(offset, ReadBytes, isReadCommitted: false, isOneBatchSure: true);
            if (read.Records.IsEmpty)
                throw new IOException($"The transaction log cannot be read at offset {offset} ({read.Error}).");
            offset = Load(read.Records.Span);
        }

        _bytesSinceRewrite = _log.SizeBytes;
        return [.. _newest.Select(state => TransactionRecord.Read(state.Key, state.Value))];
    }

    /// <summary>Stores a state; done when it is as durable as the broker promises. NONE, or why not.</summary>
    public async ValueTask<KafkaError> StoreAsync(TransactionMetadata state)
    {
        var isForgotten = state.Status == TransactionStatus.Dead;
        var value = isForgotten ? null : TransactionRecord.Value(state);
        AppendResult result;
        lock (_gate)
        {
            var batch = new RecordBatchBuilder();
            batch.Add(_time.GetUtcNow().ToUnixTimeMilliseconds(), TransactionRecord.Key(state.TransactionalId), value);
            result = Append(batch);
            if (result.Error != KafkaError.None)
                return result.Error;
            if (value is null)
                _newest.Remove(state.TransactionalId);
            else
                _newest[state.TransactionalId] = value;
            RewriteIfDue();
        }

        return await _log.WhenDurableAsync(result.NextOffset, CancellationToken.None);
    }

    /// <summary>The log itself, which the broker's housekeeping looks after as after any other.</summary>
    public PartitionLog Log => _log;

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private long Load(ReadOnlySpan<byte> batches)
    {
        var next = 0L;
        while (RecordBatch.TryTake(ref batches, out var batch))
        {
            var records = new RecordReader(batch);
            while (records.TryRead(out var record))
            {
                var id = TransactionRecord.ReadKey(record.Key);
                if (record.HasValue)
                    _newest[id] = record.Value.ToArray();
                else
                    _newest.Remove(id);
            }

            next = batch.NextOffset;
        }

        return next;
    }

    private AppendResult Append(RecordBatchBuilder batch)
    {
        var bytes = batch.Build();
        _bytesSinceRewrite += bytes.Length;
        return _log.Append(bytes, AppendOrigin.Coordinator);
    }

    /// <summary>
    /// On a full disk the rewrite is left for later; nothing is deleted before all of it is written and forced.
    /// </summary>
    private void RewriteIfDue()
    {
        if (_bytesSinceRewrite < RewriteAfterBytes)
            return;
        _bytesSinceRewrite = 0;
        var start = _log.EndOffset;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var batch = new RecordBatchBuilder();
        foreach (var (id, value) in _newest)
        {
            batch.Add(now, TransactionRecord.Key(id), value);
            if (batch.Size < BatchBytes)
                continue;
            if (Append(batch).Error != KafkaError.None)
                return;
            batch = new RecordBatchBuilder();
        }

        if (batch.Count > 0 && Append(batch).Error != KafkaError.None)
            return;
        _bytesSinceRewrite = 0;
        try
        {
            _log.Flush();
            _log.DeleteRecords(start);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The log has said so; the old records stay.
        }
    }
}
