using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>One marker for one partition, as WriteTxnMarkers would carry it between brokers.</summary>
internal readonly record struct TransactionMarker(TopicPartition Partition, long ProducerId, short ProducerEpoch, ControlRecord Control);
