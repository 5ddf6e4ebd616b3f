using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>One marker for one partition, as WriteTxnMarkers would carry it between brokers.</summary>
internal readonly record struct TransactionMarker(
    TopicPartition Partition, long ProducerId, short ProducerEpoch, ControlRecord Control)
{
    /// <summary>Of the transaction that it ends: by the second its epoch is newer than the transaction's.</summary>
    public TransactionProtocol Protocol { get; init; }
}
