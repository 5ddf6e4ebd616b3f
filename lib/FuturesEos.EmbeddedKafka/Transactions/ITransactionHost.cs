using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>The partitions as the coordinator needs them.</summary>
internal interface ITransactionHost
{
    /// <summary>
    /// Lets the producer write to the partition (<see cref="Log.PartitionLog.RegisterTransaction"/>). A partition that
    /// has gone meanwhile is passed over.
    /// </summary>
    void Register(TopicPartition partition, long producerId, short producerEpoch);

    /// <summary>
    /// Appends the marker, durably, and for a partition of __consumer_offsets commits or drops the transaction's
    /// pending offsets. NONE: done. UNKNOWN_TOPIC_OR_PARTITION: the topic is deleted, which completes too (KoP #1388).
    /// Anything else is tried again.
    /// </summary>
    ValueTask<KafkaError> WriteMarkerAsync(TransactionMarker marker, CancellationToken cancellation);
}
