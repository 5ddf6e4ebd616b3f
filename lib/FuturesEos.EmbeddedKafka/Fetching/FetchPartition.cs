using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Fetching;

/// <summary>A partition that a fetch asks for, once or, within a session, until it is told otherwise.</summary>
internal sealed class FetchPartition
{
    private const long NeverTold = -1;

    private readonly bool _isById;
    private string? _name;
    private long _toldHighWatermark = NeverTold;
    private long _toldLogStart = NeverTold;

    /// <param name="topic">The topic as the request names it.</param>
    /// <param name="asked">What it wants of the partition.</param>
    /// <param name="isById">Whether it is named by its id, as since version 13.</param>
    /// <param name="topics">Where a topic's name is found by its id.</param>
    public FetchPartition(
        FetchRequest.FetchTopic topic, FetchRequest.FetchPartition asked, bool isById, TopicRegistry topics)
    {
        TopicId = topic.TopicId;
        _isById = isById;
        _name = isById ? topics.Find(topic.TopicId)?.Name : topic.Topic;
        Asked = asked;
    }

    /// <summary>Empty where the topic is asked for by its name.</summary>
    public Guid TopicId { get; }

    public string Name => _name ?? "";

    /// <summary>What tells it from all others of a session.</summary>
    public (string Name, Guid Id, int Partition) Key => (_isById ? "" : Name, TopicId, Asked.Partition);

    public FetchRequest.FetchPartition Asked { get; set; }

    /// <summary>
    /// The log of the topic that was meant. One made again under the name of a deleted one has another id, and none of
    /// its records is for who asks with the old one.
    /// </summary>
    public KafkaError Find(TopicRegistry topics, out PartitionLog? log)
    {
        log = null;
        if (!_isById)
        {
            log = topics.FindLog(Name, Asked.Partition);
            return log is null ? KafkaError.UnknownTopicOrPartition : KafkaError.None;
        }

        if (topics.Find(TopicId) is { } topic)
        {
            _name ??= topic.Name;
            log = topic.Partition(Asked.Partition);
            return log is null ? KafkaError.UnknownTopicOrPartition : KafkaError.None;
        }

        return _name is null ? KafkaError.UnknownTopicId
            : topics.Find(_name) is null ? KafkaError.UnknownTopicOrPartition
            : KafkaError.InconsistentTopicId;
    }

    /// <summary>Whether the client of a session must be told, who knows what it was told before.</summary>
    public bool IsNews(FetchResponse.PartitionData found) =>
        found.ErrorCode != KafkaError.None
        || found.Records.Length > 0
        || found.HighWatermark != _toldHighWatermark
        || found.LogStartOffset != _toldLogStart;

    /// <summary>Notes what is told. After an error everything is news.</summary>
    public void Note(FetchResponse.PartitionData told)
    {
        _toldHighWatermark = told.ErrorCode == KafkaError.None ? told.HighWatermark : NeverTold;
        _toldLogStart = told.LogStartOffset;
    }
}
