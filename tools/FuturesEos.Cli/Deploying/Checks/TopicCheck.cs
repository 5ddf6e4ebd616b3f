using System.Globalization;
using FuturesEos.Contracts;

namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>
/// The topics of the cluster are those of the declaration, setting by setting, and what others name exists.
/// </summary>
internal static class TopicCheck
{
    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        var declared = Topics.All();
        foreach (var topic in declared)
        {
            if (set.Find("KafkaTopic", topic.Name) is not { } manifest)
                yield return $"KafkaTopic {topic.Name} is missing; the pipeline declares it";
            else
                foreach (var problem in Compare(topic, manifest)) yield return problem;
        }

        var ofConnect = set.Of("KafkaConnect")
            .SelectMany(connect => new[] { "configStorageTopic", "offsetStorageTopic", "statusStorageTopic" }
            .Select(member => Tree.Text(connect.Spec, member)))
            .Concat(set.Of("KafkaConnector").Select(ConnectorCheck.HeartbeatTopic)).ToHashSet();
        foreach (var manifest in set.Of("KafkaTopic"))
        {
            var isOfRelay = manifest.Name == AclCheck.RelayTopic && set.Find("Deployment", "outbox-relay") is not null;
            if (declared.All(topic => topic.Name != manifest.Name) && !ofConnect.Contains(manifest.Name) && !isOfRelay)
                yield return $"{manifest}: nobody uses it";
        }

        foreach (var user in set.Of("KafkaUser"))
        {
            foreach (var rule in Tree.Items(user.Spec, "authorization", "acls"))
            {
                var (type, name) = (Tree.Text(rule, "resource", "type"), Tree.Text(rule, "resource", "name") ?? "");
                var isPrefix = Tree.Text(rule, "resource", "patternType") == "prefix";
                if (type == "topic" && !set.Of("KafkaTopic")
                    .Any(t => isPrefix ? t.Name.StartsWith(name, StringComparison.Ordinal) : t.Name == name))
                    yield return $"{user}: there is no topic {name}";
            }
        }
    }

    private static IEnumerable<string> Compare(TopicDeclaration topic, Manifest manifest)
    {
        if (Tree.Text(manifest.Spec, "partitions") is var partitions && partitions != Text(topic.Partitions))
            yield return $"{manifest}: {partitions} partitions, declared are {topic.Partitions}";
        if (Tree.Text(manifest.Spec, "replicas") is var replicas && replicas != Text(Topics.ReplicationFactor))
            yield return $"{manifest}: {replicas} replicas, declared are {Topics.ReplicationFactor}";
        var wanted = topic.Settings.Append(new("min.insync.replicas", Text(Topics.MinInSyncReplicas))).ToDictionary();
        var there = Tree.Map(manifest.Spec, "config");
        foreach (var name in wanted.Keys.Union(there.Keys).Order(StringComparer.Ordinal))
        {
            if (wanted.GetValueOrDefault(name) != there.GetValueOrDefault(name))
                yield return $"{manifest}: {name} is {there.GetValueOrDefault(name) ?? "not set"}, declared is "
                    + $"{wanted.GetValueOrDefault(name) ?? "nothing"}";
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
