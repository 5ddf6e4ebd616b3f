using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Topics and the one broker. A topic that does not exist is never made by asking for it.</summary>
internal sealed class MetadataHandler(BrokerNode node, TopicRegistry topics)
    : IRequestHandler<MetadataRequest, MetadataResponse>
{
    public ValueTask<MetadataResponse?> HandleAsync(MetadataRequest request, RequestContext context)
    {
        // version 0 has no null: there an empty list asks for all
        var isAll = request.Topics is null || (context.Version == 0 && request.Topics.Length == 0);
        return new(new MetadataResponse
        {
            Brokers = [new() { NodeId = node.Id, Host = node.Host, Port = node.Port }],
            ClusterId = node.ClusterId,
            ControllerId = node.Id,
            Topics = isAll ? [.. topics.All.Select(Describe)] : [.. request.Topics!.Select(Find)],
        });
    }

    private MetadataResponse.Topic Find(MetadataRequest.Topic wanted)
    {
        // the Java client's name beside an id is empty, not null
        if (wanted.Name is null || wanted.TopicId != Guid.Empty)
        {
            return topics.Find(wanted.TopicId) is { } byId
                ? Describe(byId)
                : new() { TopicId = wanted.TopicId, ErrorCode = KafkaError.UnknownTopicId };
        }

        if (topics.Find(wanted.Name) is { } topic)
            return Describe(topic);
        return new()
        {
            Name = wanted.Name,
            ErrorCode = TopicName.Complaint(wanted.Name) is null
                ? KafkaError.UnknownTopicOrPartition
                : KafkaError.InvalidTopic,
        };
    }

    private MetadataResponse.Topic Describe(Topic topic) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        IsInternal = topic.IsInternal,
        Partitions = [.. topic.Partitions.Select(Describe)],
    };

    private MetadataResponse.Partition Describe(PartitionLog log) => new()
    {
        PartitionIndex = log.Partition.Partition,
        LeaderId = node.Id,
        LeaderEpoch = log.LeaderEpoch,
        ReplicaNodes = [node.Id],
        IsrNodes = [node.Id],
    };
}
