using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>
/// A group's stored positions; with require_stable none that an open transaction may yet change (KIP-447).
/// </summary>
internal sealed class OffsetFetchHandler(GroupCoordinator groups)
    : IRequestHandler<OffsetFetchRequest, OffsetFetchResponse>
{
    private const short TopLevelErrorFrom = 2;
    private const short ManyGroupsFrom = 8;

    public async ValueTask<OffsetFetchResponse?> HandleAsync(OffsetFetchRequest request, RequestContext context)
    {
        var response = Answer(request, context.Version);

        // A position that a power cut may yet take back is told to nobody, as Kafka tells what is replicated: who went
        // on from it would leave a gap behind it.
        var error = await groups.WhenDurableAsync(context.Closing);
        return error == KafkaError.None ? response : Refuse(request, context.Version);
    }

    // what clients of Kafka are told here when the log of positions is on a disk that failed
    private static OffsetFetchResponse Refuse(OffsetFetchRequest request, short version) => new()
    {
        ErrorCode = KafkaError.NotCoordinator,
        Groups =
        [
            .. request.Groups.Select(group => new OffsetFetchResponse.Group
            {
                GroupId = group.GroupId, ErrorCode = KafkaError.NotCoordinator,
            }),
        ],
        Topics =
        [
            .. (version < TopLevelErrorFrom ? request.Topics ?? [] : []).Select(topic => new OffsetFetchResponse.Topic
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.PartitionIndexes.Select(
                        p => Alone(Position.None(p) with { Error = KafkaError.NotCoordinator })),
                ],
            }),
        ],
    };

    private OffsetFetchResponse Answer(OffsetFetchRequest request, short version)
    {
        if (version >= ManyGroupsFrom)
        {
            return new OffsetFetchResponse
            {
                Groups =
                [
                    .. request.Groups.Select(group => new OffsetFetchResponse.Group
                    {
                        GroupId = group.GroupId,
                        Topics =
                        [
                            .. Find(
                                group.GroupId,
                                group.Topics?.SelectMany(t => Partitions(t.Name, t.PartitionIndexes)),
                                request.RequireStable)
                            .Select(t => new OffsetFetchResponse.OffsetFetchResponseTopics
                            {
                                Name = t.Topic,
                                Partitions = [.. t.Positions.Select(InGroup)],
                            }),
                        ],
                    }),
                ],
            };
        }

        var wanted = request.Topics?.SelectMany(t => Partitions(t.Name, t.PartitionIndexes));
        var found = Find(request.GroupId, wanted, request.RequireStable);
        return new OffsetFetchResponse
        {
            Topics =
            [
                .. found.Select(t => new OffsetFetchResponse.Topic
                {
                    Name = t.Topic,
                    Partitions = [.. t.Positions.Select(Alone)],
                }),
            ],
        };
    }

    private static IEnumerable<TopicPartition> Partitions(string topic, int[] partitions) =>
        partitions.Select(partition => new TopicPartition(topic, partition));

    private static OffsetFetchResponse.Partition Alone(Position position) => new()
    {
        PartitionIndex = position.Partition,
        CommittedOffset = position.Offset,
        CommittedLeaderEpoch = position.LeaderEpoch,
        Metadata = position.Metadata,
        ErrorCode = position.Error,
    };

    private static OffsetFetchResponse.Partitions InGroup(Position position) => new()
    {
        PartitionIndex = position.Partition,
        CommittedOffset = position.Offset,
        CommittedLeaderEpoch = position.LeaderEpoch,
        Metadata = position.Metadata,
        ErrorCode = position.Error,
    };

    /// <summary>Null asks for all. By topic, in the order asked for.</summary>
    private List<(string Topic, List<Position> Positions)> Find(
        string groupId, IEnumerable<TopicPartition>? wanted, bool isStableRequired)
    {
        var group = groups.Find(groupId);
        if (group is null)
            return ByTopic((wanted ?? []).Select(p => (p.Topic, Position.None(p.Partition))));
        lock (group.Gate)
        {
            var all = wanted
                ?? group.Offsets.Committed.Keys.OrderBy(p => p.Topic, StringComparer.Ordinal).ThenBy(p => p.Partition);
            return ByTopic(all.Select(p => (p.Topic, Find(group.Offsets, p, isStableRequired))));
        }
    }

    private static Position Find(GroupOffsets offsets, TopicPartition partition, bool isStableRequired)
    {
        if (isStableRequired && offsets.IsUnstable(partition))
            return Position.None(partition.Partition) with { Error = KafkaError.UnstableOffsetCommit };
        return offsets.Find(partition) is { } stored
            ? new Position(partition.Partition, stored.Offset, stored.LeaderEpoch, stored.Metadata, KafkaError.None)
            : Position.None(partition.Partition);
    }

    private static List<(string Topic, List<Position> Positions)> ByTopic(
        IEnumerable<(string Topic, Position Position)> found) =>
        [.. found.GroupBy(f => f.Topic).Select(g => (g.Key, g.Select(f => f.Position).ToList()))];

    private readonly record struct Position(
        int Partition, long Offset, int LeaderEpoch, string Metadata, KafkaError Error)
    {
        public static Position None(int partition) => new(partition, -1, -1, "", KafkaError.None);
    }
}
