using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>What administrators ask that one node without rights can do, or can only refuse.</summary>
internal static class AdministrationScript
{
    private const sbyte TopicResource = 2;
    private static readonly string[] Told = ["retention.ms", "cleanup.policy", "compression.type"];

    public static async Task HoldAsync(Conversation with)
    {
        await with.MakeAsync(with.Name, 2);
        await TopicScript.ProduceAsync(with, "produced", TopicScript.Batch(count: 3));
        for (short version = 0; version <= 2; version++) await AlterAsync(with, version);
        for (short version = 1; version <= 5; version++) await FoldersAsync(with, version);
        for (short version = 1; version <= 3; version++) await RightsAsync(with, version);
        await ReplicasAsync(with);
    }

    private static async Task AlterAsync(Conversation with, short version)
    {
        await AlterAsync(with, "one setting", version, ("retention.ms", "99999"));
        await ToldAsync(with, "retention.ms");
        await AlterAsync(with, "two others", version, ("cleanup.policy", "compact,delete"), ("compression.type", "gzip"));
        await ToldAsync(with, "the former is gone");
        await AlterAsync(with, "a bad value", version, ("retention.ms", "soon"));
        await AlterAsync(with, "a good and a bad one", version, ("cleanup.policy", "delete"), ("retention.ms", "soon"));
        await AlterAsync(with, "an unknown name", version, ("no.such", "1"));
        await AlterAsync(with, "null", version, ("retention.ms", null));
        await AlterAsync(with, "what contradicts itself", version, ("min.compaction.lag.ms", "9"), ("max.compaction.lag.ms", "5"));
        await AlterAsync(with, "tiers", version, ("remote.storage.enable", "true"));
        await ToldAsync(with, "nothing of it");
        await AlterAsync(with, "only a look", version, isDryRun: true, with.Name, ("retention.ms", "5"));
        await AlterAsync(with, "a look at a bad value", version, isDryRun: true, with.Name, ("retention.ms", "soon"));
        await AlterAsync(with, "no topic", version, isDryRun: false, with.Name + "-no", ("retention.ms", "5"));
        await ToldAsync(with, "nothing of it either");
        await AlterAsync(with, "none", version);
        await ToldAsync(with, "all have their defaults");
        await AlterAsync(with, "for ever", version, ("retention.ms", "-1"));
    }

    private static async Task FoldersAsync(Conversation with, short version)
    {
        var found = await DescribeAsync(with, "all of a topic", version, (with.Name, [0, 1]));
        await DescribeAsync(with, "what is not there", version, (with.Name, [7]), (with.Name + "-no", [0]));
        await DescribeAsync(with, "nothing", version);
        if (version > 2) return;
        foreach (var (what, path) in new[] { ("where it is", found.Results[0].LogDir), ("elsewhere", "/no/such/folder") })
        {
            await with.AskAsync<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(
                $"moved to {what}",
                new() { Dirs = [new() { Path = path, Topics = [new() { Name = with.Name, Partitions = [0, 1] }] }] },
                version);
        }
    }

    private static async Task RightsAsync(Conversation with, short version)
    {
        await with.AskAsync<CreateAclsRequest, CreateAclsResponse>(
            "rights given",
            new()
            {
                Creations =
                [
                    .. new sbyte[] { 3, 4 }.Select(operation => new CreateAclsRequest.AclCreation
                    {
                        ResourceType = TopicResource,
                        ResourceName = with.Name,
                        Principal = "User:somebody",
                        Host = "*",
                        Operation = operation,
                        PermissionType = 3,
                    }),
                ],
            },
            version);
        await with.AskAsync<DescribeAclsRequest, DescribeAclsResponse>(
            "rights described",
            new() { ResourceTypeFilter = 1, PatternTypeFilter = 3, Operation = 1, PermissionType = 1 },
            version);
        await with.AskAsync<DeleteAclsRequest, DeleteAclsResponse>(
            "rights taken",
            new()
            {
                Filters =
                [
                    new() { ResourceTypeFilter = TopicResource, ResourceNameFilter = with.Name, Operation = 1, PermissionType = 1 },
                    new() { ResourceTypeFilter = 1, Operation = 1, PermissionType = 1 },
                ],
            },
            version);
    }

    private static async Task ReplicasAsync(Conversation with)
    {
        var nodes = await with.Connection.SendAsync<MetadataRequest, MetadataResponse>(new() { Topics = [] });
        var only = nodes.Brokers[0].NodeId;
        for (short version = 0; version <= 1; version++)
        {
            foreach (var replicas in new int[]?[] { null, [only], [only + 1], [only, only + 1], [only, only], [] })
            {
                await with.AskAsync<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(
                    $"moved to {(replicas is null ? "null" : string.Join(',', replicas.Select(r => r - only)))}",
                    new()
                    {
                        Topics =
                        [
                            new() { Name = with.Name, Partitions = [new() { PartitionIndex = 0, Replicas = replicas }, new() { PartitionIndex = 9, Replicas = replicas }] },
                            new() { Name = with.Name + "-no", Partitions = [new() { Replicas = replicas }] },
                        ],
                    },
                    version);
            }
        }

        foreach (var topics in new ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics[]?[] { null, [new() { Name = with.Name, PartitionIndexes = [0] }] })
            await with.AskAsync<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>("what moves", new() { Topics = topics }, 0);
        for (short version = 0; version <= 2; version++)
        {
            foreach (var type in new sbyte[] { 0, 1 })
            {
                await with.AskAsync<ElectLeadersRequest, ElectLeadersResponse>(
                    $"elected by {type}",
                    new() { ElectionType = type, TopicPartitions = [new() { Topic = with.Name, Partitions = [0, 9] }, new() { Topic = with.Name + "-no", Partitions = [0] }] },
                    version);
            }
        }
    }

    private static Task AlterAsync(Conversation with, string title, short version, params (string Name, string? Value)[] settings) =>
        AlterAsync(with, title, version, isDryRun: false, with.Name, settings);

    private static Task AlterAsync(
        Conversation with, string title, short version, bool isDryRun, string topic, params (string Name, string? Value)[] settings) =>
        with.AskAsync<AlterConfigsRequest, AlterConfigsResponse>(
            $"altered: {title}",
            new()
            {
                ValidateOnly = isDryRun,
                Resources =
                [
                    new()
                    {
                        ResourceType = TopicResource,
                        ResourceName = topic,
                        Configs = [.. settings.Select(s => new AlterConfigsRequest.AlterableConfig { Name = s.Name, Value = s.Value })],
                    },
                ],
            },
            version);

    private static Task ToldAsync(Conversation with, string title) => with.AskAsync<DescribeConfigsRequest, DescribeConfigsResponse>(
        $"told: {title}",
        new() { Resources = [new() { ResourceType = TopicResource, ResourceName = with.Name, ConfigurationKeys = Told }] },
        4);

    private static Task<DescribeLogDirsResponse> DescribeAsync(
        Conversation with, string title, short version, params (string Topic, int[] Partitions)[] topics) =>
        with.AskAsync<DescribeLogDirsRequest, DescribeLogDirsResponse>(
            $"folders of {title}",
            new() { Topics = [.. topics.Select(t => new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = t.Topic, Partitions = t.Partitions })] },
            version);
}
