using System.Text;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Positions that can be stored, and why the others cannot.</summary>
internal sealed class OffsetCheck
{
    private const int MetadataBytesMax = 4096;

    private readonly HashSet<TopicPartition> _unknown = [];
    private readonly HashSet<TopicPartition> _tooLarge = [];

    public OffsetCheck(TopicRegistry topics, IEnumerable<(TopicPartition Partition, StoredOffset Offset)> wanted)
    {
        foreach (var (partition, offset) in wanted)
        {
            if (topics.Find(partition.Topic) is not { } topic || topic.Partition(partition.Partition) is null)
                _unknown.Add(partition);
            else if (Encoding.UTF8.GetByteCount(offset.Metadata) > MetadataBytesMax)
                _tooLarge.Add(partition);
            else
                Accepted.Add((partition, offset with { TopicId = topic.Id }));
        }
    }

    public List<(TopicPartition Partition, StoredOffset Offset)> Accepted { get; } = [];

    /// <summary>Whether the coordinator is to be asked at all.</summary>
    public bool IsAnyKnown => Accepted.Count > 0 || _tooLarge.Count > 0;

    /// <summary>The coordinator's error comes before the size of what is stored along.</summary>
    public KafkaError ErrorOf(TopicPartition partition, KafkaError ofCoordinator) =>
        _unknown.Contains(partition) ? KafkaError.UnknownTopicOrPartition
        : ofCoordinator != KafkaError.None ? ofCoordinator
        : _tooLarge.Contains(partition) ? KafkaError.OffsetMetadataTooLarge
        : KafkaError.None;
}
