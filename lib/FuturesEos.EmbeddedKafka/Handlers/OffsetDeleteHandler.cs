using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Deletes positions in topics that the group does not read.</summary>
internal sealed class OffsetDeleteHandler(GroupCoordinator groups, TopicRegistry topics)
    : IRequestHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    public async ValueTask<OffsetDeleteResponse?> HandleAsync(OffsetDeleteRequest request, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return new OffsetDeleteResponse { ErrorCode = KafkaError.InvalidGroupId };
        var partitions = request.Topics
            .SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Name, p.PartitionIndex))).ToList();
        var (error, inUse) = await groups.DeleteOffsetsAsync(request.GroupId, partitions, context.Closing);
        if (error != KafkaError.None)
            return new OffsetDeleteResponse { ErrorCode = error };
        return new OffsetDeleteResponse
        {
            Topics =
            [
                .. request.Topics.Select(t => new OffsetDeleteResponse.Topic
                {
                    Name = t.Name,
                    Partitions =
                    [
                        .. t.Partitions.Select(p => new OffsetDeleteResponse.Partition
                        {
                            PartitionIndex = p.PartitionIndex,
                            ErrorCode = topics.FindLog(t.Name, p.PartitionIndex) is null
                                ? KafkaError.UnknownTopicOrPartition
                                : inUse.Contains(t.Name) ? KafkaError.GroupSubscribedToTopic : KafkaError.None,
                        }),
                    ],
                }),
            ],
        };
    }
}
