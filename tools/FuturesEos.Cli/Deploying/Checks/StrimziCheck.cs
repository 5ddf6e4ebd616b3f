using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>
/// What Strimzi's operator would refuse, or silently ignore: other versions of its API, labels that name no cluster.
/// </summary>
internal static class StrimziCheck
{
    private const string ClusterLabel = "strimzi.io/cluster";

    // dropped by the operator with a line in its log, and no more
    private static readonly string[] ForbiddenOfConnect =
    [
        "bootstrap.servers", "group.id", "config.storage.", "offset.storage.", "status.storage.", "rest.", "listeners",
        "plugin.path",
        "ssl.", "sasl.", "security.",
    ];

    private static readonly (string Name, string Value)[] NeededOfKafka =
    [
        ("auto.create.topics.enable", "false"), ("default.replication.factor", "3"), ("min.insync.replicas", "2"),
        ("offsets.topic.replication.factor", "3"), ("transaction.state.log.replication.factor", "3"),
        ("transaction.state.log.min.isr", "2"), ("unclean.leader.election.enable", "false"),
        ("share.coordinator.state.topic.replication.factor", "3"), ("share.coordinator.state.topic.min.isr", "2"),
    ];

    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set) =>
        [.. Versions(set), .. Labels(set), .. Kafkas(set), .. Connects(set)];

    private static IEnumerable<string> Versions(ManifestSet set) =>
        from manifest in set.All
        where manifest.ApiVersion.StartsWith("kafka.strimzi.io/", StringComparison.Ordinal)
            && manifest.ApiVersion != "kafka.strimzi.io/v1"
        select $"{manifest}: {manifest.ApiVersion} is not served by Strimzi 1.x; write kafka.strimzi.io/v1";

    private static IEnumerable<string> Labels(ManifestSet set)
    {
        foreach (var manifest in set.All)
        {
            var target = manifest.Kind switch
            {
                "KafkaNodePool" or "KafkaTopic" or "KafkaUser" => "Kafka",
                "KafkaConnector" => "KafkaConnect",
                _ => null,
            };
            if (target is null) continue;
            var named = manifest.Labels.GetValueOrDefault(ClusterLabel);
            if (named is null || set.Find(target, named)?.Namespace != manifest.Namespace)
                yield return $"{manifest}: label {ClusterLabel} is '{named}', and there is no {target} of that name; "
                    + "the operator would ignore it";
        }
    }

    private static IEnumerable<string> Kafkas(ManifestSet set)
    {
        foreach (var kafka in set.Of("Kafka"))
        {
            foreach (var (name, value) in NeededOfKafka)
            {
                if (Tree.Text(kafka.Spec, "kafka", "config", name) is var there && there != value)
                    yield return $"{kafka}: config {name} is {there ?? "not set"}, {value} is needed";
            }

            if (Tree.Text(kafka.Spec, "kafka", "authorization", "type") != "simple")
                yield return $"{kafka}: no authorization; without it every user may do everything";
            foreach (var listener in Tree.Items(kafka.Spec, "kafka", "listeners"))
            {
                var name = Tree.Text(listener, "name");
                if (Tree.Text(listener, "tls") != "true") yield return $"{kafka}: listener {name} is not encrypted";
                if (listener["authentication"] is null) yield return $"{kafka}: listener {name} asks nobody who he is";
                if (listener["networkPolicyPeers"] is not JsonArray { Count: > 0 })
                    yield return $"{kafka}: listener {name} has no networkPolicyPeers, so "
                        + "Strimzi opens it to every pod";
            }

            var brokers = set.Of("KafkaNodePool").Where(pool => Tree.Texts(pool.Spec, "roles").Contains("broker"))
                .Sum(pool => int.TryParse(Tree.Text(pool.Spec, "replicas"), out var replicas) ? replicas : 0);
            if (brokers < 3) yield return $"{kafka}: {brokers} brokers, 3 are needed for three replicas";
        }
    }

    private static IEnumerable<string> Connects(ManifestSet set)
    {
        foreach (var connect in set.Of("KafkaConnect"))
        {
            if (Tree.Text(connect.Node, "metadata", "annotations", "strimzi.io/use-connector-resources") != "true")
                yield return $"{connect}: annotation strimzi.io/use-connector-resources is missing; no "
                    + "KafkaConnector would be read";
            if (Tree.Text(connect.Spec, "config", "exactly.once.source.support") != "enabled")
                yield return $"{connect}: exactly.once.source.support is not enabled";
            foreach (var name in Tree.Map(connect.Spec, "config").Keys
                .Where(name => ForbiddenOfConnect.Any(name.StartsWith)))
                yield return $"{connect}: config {name} belongs to the operator, which would drop it";
            if (Tree.Text(connect.Spec, "authentication", "username") is var user
                && set.Find("KafkaUser", user ?? "") is null)
                yield return $"{connect}: there is no KafkaUser {user}";
            foreach (var topic in new[] { "configStorageTopic", "offsetStorageTopic", "statusStorageTopic" })
            {
                var name = Tree.Text(connect.Spec, topic);
                if (Tree.Text(set.Find("KafkaTopic", name ?? "")?.Spec, "config", "cleanup.policy") != "compact")
                    yield return $"{connect}: {topic} {name} is no KafkaTopic with cleanup.policy compact";
            }
        }
    }
}
