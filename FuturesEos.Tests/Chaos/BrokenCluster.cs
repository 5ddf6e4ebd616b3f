using System.Text.RegularExpressions;
using Confluent.Kafka;
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

    /// <summary>The committed positions of a group in the partitions that hold anything.</summary>
    internal List<string> Committed(string group, IEnumerable<TopicPartition> partitions)
    {
        using var member = Reader(group, IsolationLevel.ReadCommitted);
        return member.Committed([.. partitions], TimeSpan.FromSeconds(60)).Where(p => p.Offset != Offset.Unset).Select(p => $"{p.TopicPartition} {p.Offset}").ToList();
    }

    /// <summary>Where the partitions that hold anything end: for readers of committed records that is the last stable offset.</summary>
    internal List<string> Ends(IEnumerable<TopicPartition> partitions, IsolationLevel isolation)
    {
        using var reader = Reader("ends", isolation);
        return partitions.Select(p => (Partition: p, End: reader.QueryWatermarkOffsets(p, TimeSpan.FromSeconds(60)).High))
            .Where(p => p.End > 0).Select(p => $"{p.Partition} {p.End}").ToList();
    }

    private IConsumer<byte[], byte[]> Reader(string group, IsolationLevel isolation) => new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
    {
        BootstrapServers = Cluster.BootstrapServers, GroupId = group, EnableAutoCommit = false, IsolationLevel = isolation,
    }).SetLogHandler((_, _) => { }).Build();

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
