namespace FuturesEos.Cli.Deploying;

/// <summary>
/// Every connection that the pipeline needs, and by that the only ones there may be; those of pods that a set has not
/// (Connect, or the relay) are not asked for.
/// </summary>
internal static class FlowTable
{
    private const int Kafka = 9093;
    private const int ControlPlane = 9090;
    private const int Replication = 9091;
    private const int Postgres = 5432;
    private const int Metrics = 8080;
    private const int KafkaMetrics = 9404;
    private const int ApiServer = 6443;

    /// <summary>Ways out, DNS apart.</summary>
    public static IReadOnlyList<Flow> Egress { get; } =
    [
        new("signal-generator", "kafka", Kafka),
        new("signal-processor", "kafka", Kafka),
        new("order-manager", "kafka", Kafka),
        new("order-manager", "postgres", Postgres),
        new("outbox-relay", "kafka", Kafka),
        new("outbox-relay", "postgres", Postgres),
        new("migrate", "postgres", Postgres),
        new("prune", "postgres", Postgres),
        new("verify", "kafka", Kafka),
        new("verify", "postgres", Postgres),
        new("connect", "kafka", Kafka),
        new("connect", "postgres", Postgres),
        new("connect", Flow.AnyAddress, ApiServer),
        new("kafka", "kafka", ControlPlane),
        new("kafka", "kafka", Replication),
        new("kafka", Flow.AnyAddress, ApiServer),
        new("entity-operator", "kafka", Replication),
        new("entity-operator", Flow.AnyAddress, ApiServer),
        new("prometheus", "kafka", KafkaMetrics),
        new("prometheus", "connect", KafkaMetrics),
        new("prometheus", "signal-processor", Metrics),
        new("prometheus", "order-manager", Metrics),
        new("prometheus", "outbox-relay", Metrics),
        new("prometheus", Flow.AnyAddress, ApiServer),
    ];

    /// <summary>Ways in, beyond those that Strimzi opens for itself.</summary>
    public static IReadOnlyList<Flow> Ingress { get; } =
    [
        new("signal-generator", "kafka", Kafka),
        new("signal-processor", "kafka", Kafka),
        new("order-manager", "kafka", Kafka),
        new("outbox-relay", "kafka", Kafka),
        new("verify", "kafka", Kafka),
        new("connect", "kafka", Kafka),
        new("order-manager", "postgres", Postgres),
        new("outbox-relay", "postgres", Postgres),
        new("migrate", "postgres", Postgres),
        new("prune", "postgres", Postgres),
        new("verify", "postgres", Postgres),
        new("connect", "postgres", Postgres),
        new("prometheus", "signal-processor", Metrics),
        new("prometheus", "order-manager", Metrics),
        new("prometheus", "outbox-relay", Metrics),
        new("grafana", "prometheus", 9090),
    ];
}
