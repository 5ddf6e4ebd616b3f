namespace FuturesEos.OutboxRelay;

/// <summary>How a session finds out where to go on.</summary>
internal enum RelayStart
{
    /// <summary>From the progress in Kafka.</summary>
    Progress,

    /// <summary>What Kafka lacks is sent, by id; then from the slot as it is.</summary>
    Repair,

    /// <summary>Debezium is fenced; from the slot as it is, leaving out by id what Kafka holds.</summary>
    Adoption,
}
