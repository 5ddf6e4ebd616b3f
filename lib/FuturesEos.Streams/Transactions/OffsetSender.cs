using Confluent.Kafka;
using FuturesEos.Streams.Errors;

namespace FuturesEos.Streams.Transactions;

/// <summary>
/// Makes the one call whose limit librdkafka 2.16 does not keep: it waits for the group's coordinator until some
/// connection changes, for one that has left the cluster without end (confluentinc/librdkafka#5456, #5511). So another
/// thread makes it, and where it does not come back, the producer is left to that thread (LateEndOfTransactionSuite).
/// </summary>
internal sealed class OffsetSender
{
    private const int MostLeft = 10;

    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(1);

    private int _left;

    /// <summary>
    /// Sends the offsets. False: the call did not come back, and the producer is nobody's any more. Nothing of it can
    /// count: its successor's initialisation aborts its transaction and fences it.
    /// </summary>
    /// <exception cref="KafkaException">The call's.</exception>
    /// <exception cref="StreamsFatalException">Too many calls have not come back.</exception>
    public bool TrySend<TKey, TValue>(
        IProducer<TKey, TValue> producer,
        IReadOnlyCollection<TopicPartitionOffset> offsets,
        IConsumerGroupMetadata group,
        TimeSpan limit)
    {
        if (Volatile.Read(ref _left) >= MostLeft)
        {
            throw new StreamsFatalException(
                $"{MostLeft} calls to send offsets to a transaction have not come back. Start again.");
        }

        TopicPartitionOffset[] own = [.. offsets]; // the caller's list goes on to the next transaction
        var call = Task.Factory.StartNew(
            () => producer.SendOffsetsToTransaction(own, group, limit),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        if (Task.WaitAny([call], limit + Overdue) == 0)
        {
            call.GetAwaiter().GetResult();
            return true;
        }

        Interlocked.Increment(ref _left);
        call.ContinueWith(
            ended =>
            {
                _ = ended.Exception; // its transaction is over: nobody's business
                producer.Dispose();
                Interlocked.Decrement(ref _left);
            },
            TaskScheduler.Default);
        return false;
    }
}
