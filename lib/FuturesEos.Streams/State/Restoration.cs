using FuturesEos.Streams.Tasks;
using FuturesEos.Streams.Transactions;

namespace FuturesEos.Streams.State;

/// <summary>One task on its way from its store's position to the changelog's end.</summary>
internal sealed class Restoration(StreamTask task, string topicId, long from, long target, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public StreamTask Task { get; } = task;

    public string TopicId { get; } = topicId;

    /// <summary>Where the store's own contents end.</summary>
    public long From { get; } = from;

    /// <summary>The next offset to read.</summary>
    public long Position { get; set; } = from;

    /// <summary>The log end, asked with read_uncommitted when the restore began.</summary>
    public long Target { get; } = target;

    public long Records { get; set; }

    /// <summary><see cref="Records"/> when progress was last told: none more since means that something is waited for.</summary>
    public long RecordsTold { get; set; }

    /// <summary>How much of the way is gone, in percent.</summary>
    public double Percent => 100.0 * (Position - From) / Math.Max(1, Target - From);

    /// <summary>Read and not yet put into the store.</summary>
    public List<KeyValuePair<byte[], byte[]?>> Batch { get; } = [];

    /// <summary>Bytes of the keys and values in <see cref="Batch"/>.</summary>
    public long BatchBytes { get; set; }

    public WaitNotice Progress;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);
}
