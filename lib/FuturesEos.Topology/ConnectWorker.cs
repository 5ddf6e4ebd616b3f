using System.Globalization;

namespace FuturesEos.Topology;

/// <summary>The Kafka Connect worker that runs Debezium: distributed, exactly-once source support on.</summary>
public static class ConnectWorker
{
    /// <summary>Name of the connector in the worker.</summary>
    public const string ConnectorName = "outbox";

    /// <summary>The connector's configuration, from the folder of the solution: one file for all who run it.</summary>
    public const string ConnectorFile = "deploy/connect/outbox-connector.json";

    /// <summary>Port of the REST interface.</summary>
    public const int RestPort = 8083;

    private const string Prefix = "CONNECT_";

    /// <summary>
    /// What Debezium's image takes by a name of its own: its entry point overwrites the form with <c>CONNECT_</c>.
    /// </summary>
    private static readonly string[] NamedWithoutPrefix =
    [
        "bootstrap.servers", "group.id", "config.storage.topic", "offset.storage.topic", "status.storage.topic",
        "key.converter",
        "value.converter", "offset.flush.interval.ms",
    ];

    /// <summary>Settings by Connect's names.</summary>
    /// <param name="shape">The cluster's, for the internal topics.</param>
    /// <param name="bootstrapServers">As the worker sees the brokers.</param>
    public static IReadOnlyDictionary<string, string> Settings(ClusterShape shape, string bootstrapServers)
    {
        var replication = shape.ReplicationFactor.ToString(CultureInfo.InvariantCulture);
        return new Dictionary<string, string>
        {
            ["bootstrap.servers"] = bootstrapServers,
            ["group.id"] = "futures-eos-connect",
            ["exactly.once.source.support"] = "enabled", // KIP-618
            // one worker: for five minutes after each lost connection nobody else could take its connector
            ["scheduled.rebalance.max.delay.ms"] = "0",
            // a worker that was killed is waited for by its successor: 6 s is the least that brokers allow
            ["session.timeout.ms"] = "6000",
            ["heartbeat.interval.ms"] = "2000",
            // Connect and Debezium list their plugins (KIP-898): no search through every class at each start
            ["plugin.discovery"] = "service_load",
            ["key.converter"] = "org.apache.kafka.connect.storage.StringConverter",
            ["value.converter"] = "org.apache.kafka.connect.json.JsonConverter",
            ["value.converter.schemas.enable"] = "false",
            ["config.storage.topic"] = "connect.configs",
            ["offset.storage.topic"] = "connect.offsets",
            ["status.storage.topic"] = "connect.status",
            ["config.storage.replication.factor"] = replication,
            ["offset.storage.replication.factor"] = replication,
            ["status.storage.replication.factor"] = replication,
            ["offset.storage.partitions"] = "5",
            ["offset.flush.interval.ms"] = "1000",
            // the connector's configuration names the database's variables; the REST interface shows the names only
            ["config.providers"] = "env",
            ["config.providers.env.class"] = "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
            ["config.providers.env.param.allowlist.pattern"] = "^PG_.*",
            ["connector.client.config.override.policy"] = "None",
        };
    }

    /// <summary>
    /// The image's variable for a setting: <c>group.id</c> → <c>GROUP_ID</c>, others with <c>CONNECT_</c> in front.
    /// </summary>
    public static string Variable(string setting) =>
        (NamedWithoutPrefix.Contains(setting) ? "" : Prefix) + setting.Replace('.', '_').ToUpperInvariant();

    /// <summary>Variables that the connector's configuration reads.</summary>
    public static class Database
    {
        /// <summary>Host of the database.</summary>
        public const string Host = "PG_HOST";

        /// <summary>Its port.</summary>
        public const string Port = "PG_PORT";

        /// <summary>Name of the database.</summary>
        public const string Name = "PG_DATABASE";

        /// <summary>Login of the connector: <see cref="DatabaseLogins.Relay"/>.</summary>
        public const string User = "PG_USER";

        /// <summary>Its password.</summary>
        public const string Password = "PG_PASSWORD";
    }
}
