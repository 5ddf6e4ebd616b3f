using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Tests.Crash;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Chaos;

/// <summary>Three brokers for the tests that kill them, and the signal topics on them. One such test at a time, and nothing beside it.</summary>
public sealed partial class BrokenCluster : IAsyncLifetime
{
    private const int TransactionPartitions = 12;

    private IAdminClient? _admin;

    internal KafkaCluster Cluster { get; private set; } = null!;

    internal SignalInput Input { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (RealKafka.Folder is null) return; // each test skips, with the reason
        Cluster = await RealKafka.OwnAsync(3);
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Cluster.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        Input = await SignalInput.CreateAsync(Cluster.BootstrapServers);
    }

    public async ValueTask DisposeAsync()
    {
        if (Cluster is null) return;
        _admin!.Dispose();
        Input.Dispose();
        await Cluster.DisposeAsync();
    }

    internal Task KillAsync(int node) => Cluster.CommandAsync("kill", $"{node}");

    internal Task BootAsync(int node) => Cluster.CommandAsync("boot", $"{node}");

    internal Task<int> LeaderAsync(string topic, int partition) => AskAsync(() => Task.FromResult(
        _admin!.GetMetadata(topic, TimeSpan.FromSeconds(5)).Topics[0].Partitions.Single(p => p.PartitionId == partition).Leader));

    internal Task<int> GroupCoordinatorAsync(string group) => AskAsync(async () =>
        (await _admin!.DescribeConsumerGroupsAsync([group])).ConsumerGroupDescriptions[0].Coordinator.Id);

    /// <summary>The leader of the coordinator's own partition: Java's hash of the id, without its sign.</summary>
    internal Task<int> TransactionCoordinatorAsync(string transactionalId)
    {
        var hash = 0;
        foreach (var c in transactionalId) hash = unchecked((31 * hash) + c);
        return LeaderAsync("__transaction_state", (hash & int.MaxValue) % TransactionPartitions);
    }

    /// <summary>The leader of the quorum; what clients are told as controller is any broker.</summary>
    internal Task<int> ControllerAsync() => AskAsync(async () =>
    {
        var status = await RealKafka.ToolAsync("org.apache.kafka.tools.MetadataQuorumCommand", "--bootstrap-server", Cluster.BootstrapServers, "describe", "--status");
        return int.Parse(LeaderId().Match(status).Groups[1].Value);
    });

    /// <summary>The committed positions of a group, and where its partitions end, for all that hold anything.</summary>
    internal async Task<(List<string> Committed, List<string> Ends)> PositionsAsync(string group, IEnumerable<TopicPartition> partitions)
    {
        var wanted = partitions.ToList();
        var ends = await EndsAsync(wanted, IsolationLevel.ReadUncommitted);
        var listed = await AskAsync(async () => (await _admin!.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, wanted)]))[0]);
        var committed = listed.Partitions.ToDictionary(p => p.TopicPartition, p => p.Offset.Value);
        var used = wanted.Where(p => ends[p] > 0).ToList();
        return (used.ConvertAll(p => $"{p} {committed[p]}"), used.ConvertAll(p => $"{p} {ends[p]}"));
    }

    internal async Task<Dictionary<TopicPartition, long>> EndsAsync(IEnumerable<TopicPartition> partitions, IsolationLevel isolation)
    {
        var asked = await AskAsync(() => _admin!.ListOffsetsAsync(
            partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = OffsetSpec.Latest() }),
            new ListOffsetsOptions { IsolationLevel = isolation }));
        return asked.ResultInfos.ToDictionary(r => r.TopicPartitionOffsetError.TopicPartition, r => r.TopicPartitionOffsetError.Offset.Value);
    }

    private static async Task<int> AskAsync(Func<Task<int>> question) => int.Parse(await AskAsync(async () =>
    {
        var node = await question();
        return node > 0 ? $"{node}" : throw new FormatException("nobody leads it");
    }));

    // a cluster that has just lost a node does not answer at once
    private static Task<T> AskAsync<T>(Func<Task<T>> question)
        where T : class => Eventually.NotNull(
        async () =>
        {
            try
            {
                return await question();
            }
            catch (Exception e) when (e is KafkaException or FormatException)
            {
                return null;
            }
        },
        Deadline.InSeconds(90));

    [GeneratedRegex(@"LeaderId:\s+(\d+)")]
    private static partial Regex LeaderId();
}
