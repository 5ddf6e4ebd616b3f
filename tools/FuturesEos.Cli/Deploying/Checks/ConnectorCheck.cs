using FuturesEos.Contracts;

namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>
/// The connector's options exist (Debezium and Connect ignore those that do not), and its variables are the worker's.
/// </summary>
internal static class ConnectorCheck
{
    private const string Router = "transforms.outbox.";

    // EventRouterConfigDefinition of Debezium 3.7
    private static readonly HashSet<string> RouterOptions =
    [
        "type", "table.op.invalid.behavior", "table.field.event.id", "table.field.event.key", "table.field.event.type",
        "table.field.event.timestamp", "table.field.event.payload", "table.field.event.schema.version",
        "table.fields.additional.placement", "table.field.additional.missing", "table.expand.json.payload",
        "table.json.payload.null.behavior", "table.json.payload.empty.array.behavior", "route.by.field",
        "route.topic.regex",
        "route.topic.replacement", "route.tombstone.on.empty.payload",
    ];

    private static readonly HashSet<string> Options =
    [
        "exactly.once.support", "transaction.boundary", "database.hostname", "database.port", "database.user",
        "database.password",
        "database.dbname", "topic.prefix", "plugin.name", "slot.name", "publication.name",
        "publication.autocreate.mode", "snapshot.mode",
        "table.include.list", "tombstones.on.delete", "skipped.operations", "transforms", "key.converter",
        "value.converter",
        "value.converter.schemas.enable", "heartbeat.interval.ms", "heartbeat.action.query", "topic.heartbeat.prefix",
        "message.prefix.exclude.list", "lsn.flush.mode", "topic.creation.default.partitions",
        "topic.creation.default.replication.factor", "retriable.restart.connector.wait.ms",
    ];

    private static readonly (string Name, string Value)[] Needed =
    [
        ("exactly.once.support", "required"), ("snapshot.mode", "no_data"), ("publication.autocreate.mode", "disabled"),
        ("plugin.name", "pgoutput"), (Router + "route.topic.replacement", Topics.Orders),
        ("table.include.list", "app.outbox"),
    ];

    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        foreach (var connector in set.Of("KafkaConnector"))
        {
            var config = Tree.Map(connector.Spec, "config");
            if (HeartbeatTopic(connector) is { } topic && set.Find("KafkaTopic", topic) is null)
                yield return $"{connector}: there is no KafkaTopic {topic} for its heartbeats, and "
                    + "the worker may create none";
            foreach (var name in config.Keys)
            {
                var isKnown = name.StartsWith(Router, StringComparison.Ordinal)
                    ? RouterOptions.Contains(name[Router.Length..]) : Options.Contains(name);
                if (!isKnown) yield return $"{connector}: option {name} does not exist; it would be ignored";
            }

            foreach (var (name, value) in Needed.Where(n => config.GetValueOrDefault(n.Name) != n.Value))
                yield return $"{connector}: {name} is {config.GetValueOrDefault(name) ?? "not set"}, {value} is needed";
            foreach (var problem in Variables(set, connector, config)) yield return problem;
        }
    }

    /// <summary>Where a connector notes that it is alive and how far it is; none: it does not.</summary>
    public static string? HeartbeatTopic(Manifest connector)
    {
        var config = Tree.Map(connector.Spec, "config");
        return config.ContainsKey("heartbeat.interval.ms")
            ? $"{config.GetValueOrDefault("topic.heartbeat.prefix", "__debezium-heartbeat")}.{config.GetValueOrDefault("topic.prefix")}"
            : null;
    }

    private static IEnumerable<string> Variables(
        ManifestSet set, Manifest connector, IReadOnlyDictionary<string, string> config)
    {
        var worker = set.Find("KafkaConnect", connector.Labels.GetValueOrDefault("strimzi.io/cluster") ?? "");
        var variables = Tree.Items(worker?.Spec, "template", "connectContainer", "env")
            .Select(e => Tree.Text(e, "name")).ToHashSet();
        foreach (var (name, value) in config.Where(c => c.Value.StartsWith("${env:", StringComparison.Ordinal)))
        {
            if (!variables.Contains(value[6..^1]))
                yield return $"{connector}: {name} is {value}, a variable that the worker does not have";
        }

        if (!config.GetValueOrDefault("database.password", "").StartsWith("${env:", StringComparison.Ordinal))
            yield return $"{connector}: the password stands in the configuration";
        var host = Tree.Items(worker?.Spec, "template", "connectContainer", "env")
            .FirstOrDefault(e => Tree.Text(e, "name") == "PG_HOST");
        if (Tree.Text(host, "value") is var service && set.Find("Service", service ?? "") is null)
            yield return $"{connector}: there is no Service {service}";
    }
}
