using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka;

/// <summary>
/// Carries the transaction coordinator's decisions to the partitions, and to the groups' pending positions.
/// </summary>
internal sealed class PartitionHost(TopicRegistry topics, GroupCoordinator groups) : ITransactionHost
{
    public void Register(TopicPartition partition, long producerId, short producerEpoch) =>
        Find(partition)?.RegisterTransaction(producerId, producerEpoch);

    public async ValueTask<KafkaError> WriteMarkerAsync(TransactionMarker marker, CancellationToken cancellation)
    {
        var partition = marker.Partition;
        if (Find(partition) is not { } log)
            return KafkaError.UnknownTopicOrPartition;
        var written = log.AppendMarker(
            marker.ProducerId, marker.ProducerEpoch, marker.Control, marker.Protocol == TransactionProtocol.Second);
        if (written.Error != KafkaError.None)
            return written.Error;
        var error = await log.WhenDurableAsync(written.NextOffset, cancellation);
        if (error != KafkaError.None)
            return error;
        if (partition.Topic == TopicName.ConsumerOffsets)
            groups.End(marker.ProducerId, marker.Control.Type == ControlType.Commit);
        return KafkaError.None;
    }

    private Log.PartitionLog? Find(TopicPartition partition)
    {
        var kept = OffsetsPartition.Kept(partition);
        return topics.FindLog(kept.Topic, kept.Partition);
    }
}
