namespace FuturesEos.Topology;

/// <summary>
/// What is published for Kubernetes: the services alone. Kafka (Strimzi), PostgreSQL and Connect are there already, and
/// are addresses here; passwords, instance names and folders are given by the overlay, which knows how many instances
/// there are.
/// </summary>
public static class PublishedSystem
{
    /// <summary>Name of the connection string of Kafka.</summary>
    public const string Kafka = "kafka";

    /// <summary>Strimzi's bootstrap service.</summary>
    public const string BootstrapServers = "trading-kafka-bootstrap:9093";

    /// <summary>
    /// PostgreSQL's service; user and password are <c>PGUSER</c> and <c>PGPASSWORD</c>, from a Secret.
    /// </summary>
    public const string Postgres = $"Host=postgres;Port=5432;Database={DatabaseServer.Database}";

    /// <summary>The services, in the order of the data flow; Debezium carries the outbox.</summary>
    public static IReadOnlyList<PublishedService> Services { get; } =
    [
        new("signal-generator", "FuturesEos.SignalGenerator", UsesDatabase: false),
        new("signal-processor", "FuturesEos.SignalProcessor", UsesDatabase: false),
        new("order-manager", "FuturesEos.OrderManager", UsesDatabase: true),
    ];
}
