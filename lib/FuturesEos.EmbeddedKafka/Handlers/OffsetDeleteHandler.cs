using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Deletes positions in topics that no member of the group reads.</summary>
internal sealed class OffsetDeleteHandler(GroupCoordinator groups, TopicRegistry topics)
    : IRequestHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    public async ValueTask<OffsetDeleteResponse?> HandleAsync(OffsetDeleteRequest request, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return new OffsetDeleteResponse { ErrorCode = KafkaError.InvalidGroupId };
        if (groups.Find(request.GroupId) is not { } group)
            return new OffsetDeleteResponse { ErrorCode = KafkaError.GroupIdNotFound };
        HashSet<string> inUse;
        lock (group.Gate)
        {
            if (group.State != GroupState.Empty && group.ProtocolType != ConsumerProtocol.Type)
                return new OffsetDeleteResponse { ErrorCode = KafkaError.NonEmptyGroup };
            inUse =
            [
                .. group.Members.All.SelectMany(m => ConsumerProtocol.Topics(m.Protocols.Select(p => p.Metadata))),
            ];
        }

        var free = request.Topics.Where(t => !inUse.Contains(t.Name))
            .SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Name, p.PartitionIndex))).ToList();
        var error = await groups.DeleteOffsetsAsync(group, free, context.Closing);
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
                                : inUse.Contains(t.Name) ? KafkaError.GroupSubscribedToTopic : error,
                        }),
                    ],
                }),
            ],
        };
    }
}
