using System.Text;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Positions that can be stored, and why the others cannot.</summary>
internal sealed class OffsetCheck(TopicRegistry topics)
{
    private const int MetadataBytesMax = 4096;

    private readonly Dictionary<TopicPartition, KafkaError> _refused = [];

    public List<(TopicPartition Partition, StoredOffset Offset)> Accepted { get; } = [];

    public void Add(TopicPartition partition, StoredOffset offset)
    {
        if (topics.FindLog(partition.Topic, partition.Partition) is null)
            _refused[partition] = KafkaError.UnknownTopicOrPartition;
        else if (Encoding.UTF8.GetByteCount(offset.Metadata) > MetadataBytesMax)
            _refused[partition] = KafkaError.OffsetMetadataTooLarge;
        else
            Accepted.Add((partition, offset));
    }

    public KafkaError ErrorOf(TopicPartition partition, KafkaError ofAccepted) =>
        _refused.GetValueOrDefault(partition, ofAccepted);
}
