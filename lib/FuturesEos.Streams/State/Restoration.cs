using Confluent.Kafka;
using FuturesEos.Streams.Tasks;
using FuturesEos.Streams.Transactions;

namespace FuturesEos.Streams.State;

/// <summary>One task on its way from its store's position to the changelog's end.</summary>
internal sealed class Restoration(StreamTask task, string topicId, long from, long target, TimeProvider time)
{
    private const int BatchRecords = 5_000;
    private const int BatchBytes = 4 * 1024 * 1024;

    private readonly long _started = time.GetTimestamp();
    private readonly List<KeyValuePair<byte[], byte[]?>> _batch = [];
    private long _batchBytes;

    public StreamTask Task { get; } = task;

    /// <summary>Where the store's own contents end.</summary>
    public long From { get; } = from;

    /// <summary>The next offset to read.</summary>
    public long Position { get; private set; } = from;

    /// <summary>The log end, asked with read_uncommitted when the restore began.</summary>
    public long Target { get; } = target;

    public long Records { get; private set; }

    /// <summary>
    /// <see cref="Records"/> when progress was last told: none more since means that something is waited for.
    /// </summary>
    public long RecordsTold { get; set; }

    /// <summary>How much of the way is gone, in percent.</summary>
    public double Percent => 100.0 * (Position - From) / Math.Max(1, Target - From);

    /// <summary>Everything is read, though not yet in the store.</summary>
    public bool IsAtTarget => Position >= Target;

    /// <summary>What is read and not yet in the store has come to its limit.</summary>
    public bool IsBatchFull => _batch.Count >= BatchRecords || _batchBytes >= BatchBytes;

    public WaitNotice Progress;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (result.IsPartitionEOF)
        {
            // the last offset can be a transaction's marker, which no record ever tells: the end event's position does
            Position = result.Offset.Value;
            return;
        }

        Position = result.Offset.Value + 1;
        Records++;
        if (result.Message.Key is not { Length: > 0 } key)
            return;
        _batch.Add(new KeyValuePair<byte[], byte[]?>(key, result.Message.Value));
        _batchBytes += key.Length + (result.Message.Value?.Length ?? 0);
    }

    /// <summary>Puts what was read into the store, and the position with it.</summary>
    public void ApplyBatch()
    {
        Task.Committed!.ApplyLog(_batch, new ChangelogPosition(
            Task.Changelog.Topic, topicId, Task.Id.Partition, Position, time.GetUtcNow().ToUnixTimeMilliseconds()));
        _batch.Clear();
        _batchBytes = 0;
    }
}
