using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>One partition: records in segments on disk, the state of its producers, its open and aborted transactions.</summary>
internal sealed class PartitionLog : IAsyncDisposable
{
    public TopicPartition Partition => throw new NotImplementedException();

    public LogConfig Config
    {
        get => throw new NotImplementedException();
        set => throw new NotImplementedException();
    }

    /// <summary>First offset that can be read.</summary>
    public long LogStartOffset => throw new NotImplementedException();

    /// <summary>Offset after the last record that can be read and was acknowledged.</summary>
    public long HighWatermark => throw new NotImplementedException();

    /// <summary>Offset before which no transaction is open.</summary>
    public long LastStableOffset => throw new NotImplementedException();

    /// <summary>Offset the next record gets.</summary>
    public long EndOffset => throw new NotImplementedException();

    /// <summary>Bytes on disk.</summary>
    public long SizeBytes => throw new NotImplementedException();

    /// <summary>Always 0: there is one replica, and no election ever takes records back.</summary>
    public int LeaderEpoch => 0;

    /// <summary>Opens or creates the log in <paramref name="folder"/> and brings it back to its last whole batch.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static PartitionLog Open(TopicPartition partition, string folder, LogConfig config, LogEnvironment environment) =>
        throw new NotImplementedException();

    /// <summary>
    /// Appends the batches of a request after checking all of them; offsets are written into <paramref name="records"/>.
    /// Acknowledge only after <see cref="WhenDurableAsync"/>.
    /// </summary>
    public AppendResult Append(Memory<byte> records, AppendOrigin origin = AppendOrigin.Client) => throw new NotImplementedException();

    /// <summary>Appends the marker that ends a transaction.</summary>
    public AppendResult AppendMarker(long producerId, short producerEpoch, ControlRecord marker) => throw new NotImplementedException();

    /// <summary>Waits until the high watermark is at <paramref name="nextOffset"/>: done already unless each append is fsynced.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public ValueTask WhenDurableAsync(long nextOffset, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>
    /// Lets transactional batches of this producer and epoch in until the next marker. Called once the registration of the
    /// partition in the transaction is stored, before AddPartitionsToTxn is answered.
    /// </summary>
    public void RegisterTransaction(long producerId, short producerEpoch) => throw new NotImplementedException();

    /// <summary>Reads whole batches from the one that holds <paramref name="offset"/>.</summary>
    /// <param name="offset">Log start to high watermark; anything else is OFFSET_OUT_OF_RANGE.</param>
    /// <param name="maxBytes">Limit of the records' bytes.</param>
    /// <param name="isReadCommitted">Stop at the last stable offset and list aborted transactions.</param>
    /// <param name="isOneBatchSure">Give the first batch even if it is larger than the limit.</param>
    public LogRead Read(long offset, int maxBytes, bool isReadCommitted, bool isOneBatchSure) => throw new NotImplementedException();

    /// <summary>Fires <paramref name="waiter"/> at the next movement of its end.</summary>
    public void Watch(LogWaiter waiter) => throw new NotImplementedException();

    public void Unwatch(LogWaiter waiter) => throw new NotImplementedException();

    /// <summary>ListOffsets: -1 end (last stable for read_committed), -2 start, -3 largest timestamp, else the first at or after it.</summary>
    public OffsetAt FindOffset(long timestamp, bool isReadCommitted) => throw new NotImplementedException();

    /// <summary>Makes everything before <paramref name="offset"/> (-1: the high watermark) unreadable; gives the new start.</summary>
    public (KafkaError Error, long LogStartOffset) DeleteRecords(long offset) => throw new NotImplementedException();

    public IReadOnlyList<ProducerDescription> DescribeProducers() => throw new NotImplementedException();

    /// <summary>Closes the log and deletes its folder.</summary>
    public ValueTask DeleteAsync() => throw new NotImplementedException();

    /// <summary>Closes cleanly: the next start reads no record.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
