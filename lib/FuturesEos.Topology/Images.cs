namespace FuturesEos.Topology;

/// <summary>Container images, each with the version that its settings were tried with.</summary>
public static class Images
{
    /// <summary>Apache Kafka.</summary>
    public const string Kafka = "apache/kafka";

    /// <summary>Version of <see cref="Kafka"/>.</summary>
    public const string KafkaTag = "4.3.1";

    /// <summary>Kafka Connect with Debezium.</summary>
    public const string Connect = "quay.io/debezium/connect";

    /// <summary>Version of <see cref="Connect"/>.</summary>
    public const string ConnectTag = "3.7.0.Final";

    /// <summary>Version of PostgreSQL's image; one number up is another folder on the volume.</summary>
    public const string PostgresTag = "17.6";

    /// <summary>A page to look at topics, groups and connectors.</summary>
    public const string KafkaUi = "kafbat/kafka-ui";

    /// <summary>Version of <see cref="KafkaUi"/>.</summary>
    public const string KafkaUiTag = "v1.5.0";
}
