using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Stores a group's positions.</summary>
internal sealed class OffsetCommitHandler(GroupCoordinator groups, TopicRegistry topics, TimeProvider time)
    : IRequestHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    private const short GroupIdNotFoundFrom = 9;

    public async ValueTask<OffsetCommitResponse?> HandleAsync(OffsetCommitRequest request, RequestContext context)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var check = new OffsetCheck(topics, request.Topics.SelectMany(topic => topic.Partitions.Select(p => (
            new TopicPartition(topic.Name, p.PartitionIndex),
            new StoredOffset(p.CommittedOffset, p.CommittedLeaderEpoch, p.CommittedMetadata ?? "", now)))));
        var isUnknown = request.GenerationIdOrMemberEpoch >= 0 && groups.Find(request.GroupId) is null;
        var error = !check.IsAnyKnown ? KafkaError.None
            : isUnknown ? UnknownGroup(context.Version)
            : await groups.CommitAsync(
                new CommitRequest(
                    request.GroupId,
                    request.GenerationIdOrMemberEpoch,
                    request.MemberId,
                    request.GroupInstanceId,
                    check.Accepted),
                context.Closing);
        return new OffsetCommitResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new OffsetCommitResponse.Topic
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        .. topic.Partitions.Select(p => new OffsetCommitResponse.Partition
                        {
                            PartitionIndex = p.PartitionIndex,
                            ErrorCode = check.ErrorOf(new TopicPartition(topic.Name, p.PartitionIndex), error),
                        }),
                    ],
                }),
            ],
        };
    }

    private static KafkaError UnknownGroup(short version) =>
        version >= GroupIdNotFoundFrom ? KafkaError.GroupIdNotFound : KafkaError.IllegalGeneration;
}
