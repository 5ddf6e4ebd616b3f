using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Records, offsets and positions.</summary>
internal sealed partial class RandomDialogue
{
    // kept by different partitions, of Kafka's 12 here and of the embedded broker's 50, and none by that of the empty name
    private string Group { get; } = GroupsApart(twins.Name, "").First();

    private string Other { get; } = GroupsApart(twins.Name, "", GroupsApart(twins.Name, "").First()).First();

    private static IEnumerable<string> GroupsApart(string name, params string[] from) =>
        Enumerable.Range(0, 100).Select(i => $"{name}-group{i}").Where(group => from.All(other =>
            PartitionOf(group, 12) != PartitionOf(other, 12) && PartitionOf(group, 50) != PartitionOf(other, 50)));

    private static int PartitionOf(string group, int count) =>
        (int)(Math.Abs((long)group.Aggregate(0, (hash, c) => unchecked((31 * hash) + c))) % count);

    private Task FetchAsync()
    {
        var topic = random.Next(15) == 0 ? twins.Name + "-no" : Pick(Plain, Plain, Stamped, Compacted);
        var partitions = topic == Plain ? Pick<int[]>([0], [1], [0, 1], [1, 9]) : [0];
        var offset = Pick(0L, 0, random.Next(_records + 3), random.Next(_records + 3), -1, 100_000);
        var epoch = random.Next(12) == 0 ? Pick(0, 5) : -1;
        var isolation = (sbyte)random.Next(2);
        var (max, partitionMax) = Pick((1 << 20, 1 << 20), (1 << 20, 1 << 20), (1 << 20, 1), (1, 1), (300, 150), (0, 0));
        var minBytes = Pick(0, 1, 1);
        var version = Version(FetchRequest.Api);
        return twins.AskAsync<FetchRequest, FetchResponse>(
            $"fetch {topic} {string.Join(',', partitions)} from {offset} epoch {epoch} isolation {isolation} max {max}/{partitionMax} min {minBytes}",
            with => new()
            {
                MaxBytes = max,
                MinBytes = minBytes,
                IsolationLevel = isolation,
                Topics =
                [
                    new()
                    {
                        Topic = topic,
                        TopicId = version >= 13 ? _topicIds.GetValueOrDefault((with, topic)) : Guid.Empty,
                        Partitions =
                        [
                            .. partitions.Select(p => new FetchRequest.FetchPartition
                            {
                                Partition = p, FetchOffset = offset, CurrentLeaderEpoch = epoch, PartitionMaxBytes = partitionMax,
                            }),
                        ],
                    },
                ],
            },
            version);
    }

    private Task ListOffsetsAsync()
    {
        var version = Version(ListOffsetsRequest.Api);
        var time = Pick(-1L, -1, -2, -3, -4, -9, Start, Start + (random.Next(_records + 2) * 10L), Start + 900_000_000);
        var isolation = (sbyte)random.Next(2);
        var topic = Pick(Plain, Plain, Compacted, twins.Name + "-no");
        var epoch = random.Next(12) == 0 ? Pick(0, 5) : -1;
        return twins.AskAsync<ListOffsetsRequest, ListOffsetsResponse>(
            $"offset of {time} in {topic} isolation {isolation} epoch {epoch}",
            _ => new()
            {
                ReplicaId = -1,
                IsolationLevel = isolation,
                Topics =
                [
                    new()
                    {
                        Name = topic,
                        Partitions =
                        [
                            .. new[] { 0, 1 }.Select(p => new ListOffsetsRequest.Partition { PartitionIndex = p, Timestamp = time, CurrentLeaderEpoch = epoch }),
                        ],
                    },
                ],
            },
            version);
    }

    private Task EpochEndAsync()
    {
        var epoch = Pick(0, 0, 3, -1);
        var current = Pick(-1, -1, 0, 5);
        return twins.AskAsync<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
            $"end of epoch {epoch} current {current}",
            _ => new()
            {
                ReplicaId = -1,
                Topics =
                [
                    new()
                    {
                        Topic = Plain,
                        Partitions =
                        [
                            .. new[] { 0, 7 }.Select(p => new OffsetForLeaderEpochRequest.OffsetForLeaderPartition
                            {
                                Partition = p, LeaderEpoch = epoch, CurrentLeaderEpoch = current,
                            }),
                        ],
                    },
                ],
            },
            Version(OffsetForLeaderEpochRequest.Api));
    }

    private Task DeleteRecordsAsync()
    {
        var topic = Pick(Plain, Plain, Plain, Compacted, Stamped, twins.Name + "-no");
        var offset = Pick(0L, 1, random.Next(6), -1, -2, 50_000);
        if (offset == -1 && random.Next(3) > 0) offset = 2;
        return twins.AskAsync<DeleteRecordsRequest, DeleteRecordsResponse>(
            $"delete {topic} before {offset}",
            _ => new() { TimeoutMs = 5000, Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = 0, Offset = offset }] }] },
            Version(DeleteRecordsRequest.Api));
    }

    private async Task DescribeAsync()
    {
        var topic = Pick(Plain, twins.Name + "-no");
        await twins.AskAsync<DescribeProducersRequest, DescribeProducersResponse>(
            $"producers of {topic}", _ => new() { Topics = [new() { Name = topic, PartitionIndexes = [0, 1, 5] }] }, 0);
        await twins.AskAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>(
            "transactions", _ => new() { TransactionalIds = [IdOf("t1")!, IdOf("t2")!, twins.Name + "-no"] }, 0);
    }

    private Task TxnCommitAsync(string slot)
    {
        var (skew, shift) = Wrong();
        var group = Pick(Group, Group, Group, Other, "");
        var topic = Pick(Plain, Plain, Plain, twins.Name + "-no");
        var (member, generation) = Pick(("", -1), ("", -1), ("stranger", -1), ("stranger", 2), ("", 5));
        var metadata = Pick(null, "m", "m", new string('x', 5000));
        var offset = (long)random.Next(100);
        return twins.AskAsync<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
            $"positions {slot} {Text(skew, shift)} '{group}' {topic} by '{member}' {generation} metadata {metadata?.Length}",
            with => new()
            {
                TransactionalId = IdOf(slot) ?? "",
                GroupId = group,
                ProducerId = Id(with, slot, shift),
                ProducerEpoch = Epoch(with, slot, skew),
                MemberId = member,
                GenerationId = generation,
                Topics =
                [
                    new()
                    {
                        Name = topic,
                        Partitions =
                        [
                            .. new[] { 0, 1, 8 }.Select(p => new TxnOffsetCommitRequest.Partition
                            {
                                PartitionIndex = p, CommittedOffset = offset + p, CommittedMetadata = metadata,
                            }),
                        ],
                    },
                ],
            },
            Version(TxnOffsetCommitRequest.Api));
    }

    private Task OffsetCommitAsync()
    {
        var group = Pick(Group, Group, Other);
        var topic = Pick(Plain, Plain, Plain, twins.Name + "-no");
        var (member, generation) = Pick(("", -1), ("", -1), ("stranger", -1), ("stranger", 2), ("", 5));
        var metadata = Pick(null, "m", "m", new string('x', 5000));
        var offset = Pick((long)random.Next(100), -1, -7);
        return twins.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            $"commit '{group}' {topic} at {offset} by '{member}' {generation} metadata {metadata?.Length}",
            _ => new()
            {
                GroupId = group,
                MemberId = member,
                GenerationIdOrMemberEpoch = generation,
                Topics =
                [
                    new()
                    {
                        Name = topic,
                        Partitions =
                        [
                            .. new[] { 0, 8 }.Select(p => new OffsetCommitRequest.Partition
                            {
                                PartitionIndex = p, CommittedOffset = offset, CommittedMetadata = metadata,
                            }),
                        ],
                    },
                ],
            },
            Version(OffsetCommitRequest.Api));
    }

    private Task OffsetFetchAsync()
    {
        var version = Version(OffsetFetchRequest.Api);
        var isAll = version >= 2 && random.Next(3) == 0;
        var isStable = version >= 7 && random.Next(2) == 0;
        var groups = version >= 8 && random.Next(2) == 0 ? new[] { Group, twins.Name + "-no" } : [Pick(Group, Group, twins.Name + "-no")];
        return twins.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
            $"positions of {string.Join(',', groups)}{(isAll ? " all" : "")}{(isStable ? " stable" : "")}",
            _ => new()
            {
                GroupId = groups[0],
                RequireStable = isStable,
                Topics = isAll ? null : [new() { Name = Plain, PartitionIndexes = [0, 1, 8] }, new() { Name = twins.Name + "-no", PartitionIndexes = [0] }],
                Groups =
                [
                    .. groups.Select(group => new OffsetFetchRequest.Group
                    {
                        GroupId = group, Topics = isAll ? null : [new() { Name = Plain, PartitionIndexes = [0, 1, 8] }],
                    }),
                ],
            },
            version);
    }

    private Task OffsetDeleteAsync()
    {
        var group = Pick(Group, twins.Name + "-no", "");
        return random.Next(3) == 0
            ? twins.AskAsync<DeleteGroupsRequest, DeleteGroupsResponse>(
                $"delete '{group}'", _ => new() { GroupsNames = [group.Length == 0 ? Group : group] }, Version(DeleteGroupsRequest.Api))
            : twins.AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>(
                $"delete positions of '{group}'",
                _ => new() { GroupId = group, Topics = [new() { Name = Plain, Partitions = [new() { PartitionIndex = 0 }, new() { PartitionIndex = 8 }] }] },
                Version(OffsetDeleteRequest.Api));
    }
}
