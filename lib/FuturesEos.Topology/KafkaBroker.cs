using System.Globalization;
using FuturesEos.Contracts;

namespace FuturesEos.Topology;

/// <summary>
/// The settings of a node. As soon as one is given, the image applies none of its defaults: so all that matter are
/// here.
/// </summary>
public static class KafkaBroker
{
    /// <summary>
    /// Of the data on the volumes: a restart must find the same (base64 of 16 bytes, as <c>kafka-storage
    /// random-uuid</c> makes).
    /// </summary>
    public const string ClusterId = "RnV0dXJlc0Vvcy1Bc3BpcmU";

    /// <summary>Name of the image's variable for <see cref="ClusterId"/>.</summary>
    public const string ClusterIdVariable = "CLUSTER_ID";

    /// <summary>
    /// Stands in a value for <c>host:port</c> of the node as clients outside see it: known when the port is mapped.
    /// </summary>
    public const string ClientAddress = "{client}";

    /// <summary>Settings by Kafka's names.</summary>
    public static IReadOnlyDictionary<string, string> Settings(
        ClusterShape shape, KafkaNode node, IReadOnlyList<KafkaNode> nodes)
    {
        var replication = Text(shape.ReplicationFactor);
        var inSync = Text(shape.MinInSyncReplicas);
        var settings = new Dictionary<string, string>
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = Text(node.Id),
            ["controller.quorum.voters"] = string.Join(',', nodes.Select(n => $"{n.Id}@{n.Host}:{n.ControllerPort}")),
            ["listeners"] = $"CLIENT://{node.Bind}:{node.ClientPort},INTERNAL://{node.Bind}:{node.InternalPort},"
                + $"CONTROLLER://{node.Bind}:{node.ControllerPort}",
            ["advertised.listeners"] = $"CLIENT://{ClientAddress},INTERNAL://{node.InternalAddress}",
            ["listener.security.protocol.map"] = "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
            ["inter.broker.listener.name"] = "INTERNAL",
            ["controller.listener.names"] = "CONTROLLER",
            ["log.dirs"] = node.LogFolder,
            ["num.partitions"] = Text(Topics.Partitions),
            ["default.replication.factor"] = replication,
            ["min.insync.replicas"] = inSync,
            ["offsets.topic.replication.factor"] = replication,
            ["offsets.topic.num.partitions"] = "12",
            ["transaction.state.log.replication.factor"] = replication,
            ["transaction.state.log.min.isr"] = inSync,
            ["transaction.state.log.num.partitions"] = "12",
            ["share.coordinator.state.topic.replication.factor"] = replication,
            ["share.coordinator.state.topic.min.isr"] = inSync,
            // else a late replica may lose what was acknowledged (KIP-106)
            ["unclean.leader.election.enable"] = "false",
            // a topic made on its own has other partitions than the declared one
            ["auto.create.topics.enable"] = "false",
            ["group.initial.rebalance.delay.ms"] = "0",
        };
        // How soon readers go on after a transaction's owner has died: the default looks every ten seconds only. Not
        // on a single node: a second after its start its partitions have no leader yet, and Kafka (4.3.1, 4.4.0) takes
        // them for deleted ones: what it aborts then gets no marker, and would be committed with what comes next.
        if (shape.Brokers > 1)
            settings["transaction.abort.timed.out.transaction.cleanup.interval.ms"] = "1000";
        return settings;
    }

    /// <summary>
    /// The image's variable for a setting: <c>node.id</c> → <c>KAFKA_NODE_ID</c>; <c>_</c> is doubled, <c>-</c>
    /// tripled.
    /// </summary>
    public static string Variable(string setting) => "KAFKA_" + setting
        .Replace("_", "__", StringComparison.Ordinal)
        .Replace("-", "___", StringComparison.Ordinal)
        .Replace('.', '_')
        .ToUpperInvariant();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
