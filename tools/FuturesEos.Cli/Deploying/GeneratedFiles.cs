using System.Globalization;
using System.Text.Json.Nodes;
using FuturesEos.Contracts;

namespace FuturesEos.Cli.Deploying;

/// <summary>
/// The files of <c>deploy/</c> that follow from something else: topics from their
/// declaration, the connector from its configuration, the base of the services from the AppHost's manifest.
/// </summary>
internal static class GeneratedFiles
{
    private const string Kafka = "trading";

    /// <summary>Path below deploy/ and text of each.</summary>
    public static IEnumerable<(string Path, string Text)> All(DeployFolder folder)
    {
        yield return (Path.Combine("strimzi", "topics.yaml"), TopicsText());
        yield return (Path.Combine("debezium", "connector.yaml"),
            ConnectorText(File.ReadAllText(folder.At("connect", "outbox-connector.json"))));
        var manifest = folder.At("aspire", "manifest.json");
        if (!File.Exists(manifest)) yield break;
        foreach (var (path, text) in AspirateBase.Files(File.ReadAllText(manifest)))
            yield return (Path.Combine("apps", "base", path), text);
    }

    /// <summary>KafkaTopics of the pipeline.</summary>
    public static string TopicsText() =>
        "# Written by 'eos deploy render --refresh' from the declaration of the topics (Contracts/Topics.cs).\n"
        + YamlText.Write(Topics.All().Select(Topic));

    /// <summary>The KafkaConnector.</summary>
    public static string ConnectorText(string configuration)
    {
        var config = JsonNode.Parse(configuration)!.AsObject();
        var type = config["connector.class"]!.ToString();
        var tasks = int.Parse(config["tasks.max"]!.ToString(), CultureInfo.InvariantCulture);
        config.Remove("connector.class");
        config.Remove("tasks.max");
        return "# Written by 'eos deploy render --refresh' from ../connect/outbox-connector.json.\n"
            + YamlText.Write([new JsonObject
        {
            ["apiVersion"] = "kafka.strimzi.io/v1",
            ["kind"] = "KafkaConnector",
            ["metadata"] = new JsonObject
        { ["name"] = "outbox", ["labels"] = new JsonObject { ["strimzi.io/cluster"] = Kafka } },
            ["spec"] = new JsonObject
            {
                ["class"] = type,
                ["tasksMax"] = tasks,
                ["autoRestart"] = new JsonObject { ["enabled"] = true, ["maxRestarts"] = 10 },
                ["config"] = config,
            },
        }]);
    }

    private static JsonObject Topic(TopicDeclaration topic)
    {
        var config = new JsonObject();
        foreach (var (name, value) in topic.Settings.Append(
            new("min.insync.replicas", Topics.MinInSyncReplicas.ToString(CultureInfo.InvariantCulture)))
            .OrderBy(s => s.Key, StringComparer.Ordinal))
            config[name] = long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : value;
        return new JsonObject
        {
            ["apiVersion"] = "kafka.strimzi.io/v1",
            ["kind"] = "KafkaTopic",
            ["metadata"] = new JsonObject
            { ["name"] = topic.Name, ["labels"] = new JsonObject { ["strimzi.io/cluster"] = Kafka } },
            ["spec"] = new JsonObject
            { ["partitions"] = topic.Partitions, ["replicas"] = Topics.ReplicationFactor, ["config"] = config },
        };
    }
}
