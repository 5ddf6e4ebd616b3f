namespace FuturesEos.Topology;

/// <summary>Who carries committed outbox rows to Kafka. Both read the same slot, and write the same records.</summary>
public enum Cdc
{
    /// <summary>Debezium in a Kafka Connect worker.</summary>
    Debezium,

    /// <summary>This product's own relay.</summary>
    Relay,
}
