namespace FuturesEos.Topology;

/// <summary>What a user may choose about the system.</summary>
/// <param name="Infrastructure">Where Kafka and PostgreSQL run.</param>
/// <param name="Shape">How many brokers.</param>
/// <param name="Cdc">Who reads the outbox.</param>
public sealed record TopologyOptions(Infrastructure Infrastructure, ClusterShape Shape, Cdc Cdc)
{
    /// <summary>
    /// Ends the names of volumes: data belongs to one choice. Brokers' data names its quorum; and progress kept in
    /// Kafka and progress kept in PostgreSQL belong together.
    /// </summary>
    public string DataSuffix => Infrastructure == Infrastructure.Embedded
        ? "embedded" : $"{Shape.Brokers}-{Cdc.ToString().ToLowerInvariant()}";

    /// <summary>
    /// Reads <c>--Brokers</c> and <c>--Cdc</c>. What is not given: three brokers and Debezium in containers; the
    /// embedded broker is one node, and there the relay reads the outbox.
    /// </summary>
    /// <exception cref="ArgumentException">A value is out of range or needs containers; the text says what to
    /// give.</exception>
    public static TopologyOptions Parse(Infrastructure infrastructure, string? brokers, string? cdc)
    {
        var isEmbedded = infrastructure == Infrastructure.Embedded;
        var shape = string.IsNullOrEmpty(brokers) && isEmbedded ? new ClusterShape(1) : ClusterShape.Parse(brokers);
        var reader = cdc switch
        {
            null or "" => isEmbedded ? Cdc.Relay : Cdc.Debezium,
            "debezium" => Cdc.Debezium,
            "relay" => Cdc.Relay,
            _ => throw new ArgumentException($"--Cdc={cdc}: debezium or relay"),
        };
        if (isEmbedded && shape.Brokers != 1)
            throw NeedsContainers($"--Brokers={brokers}: the embedded broker is a single node");
        if (isEmbedded && reader == Cdc.Debezium)
            throw NeedsContainers($"--Cdc={cdc}: Debezium runs in Kafka Connect's container");
        return new TopologyOptions(infrastructure, shape, reader);
    }

    /// <summary>Name of a volume of this choice's data.</summary>
    public string Volume(string of) => $"futures-eos-{DataSuffix}-{of}";

    private static ArgumentException NeedsContainers(string fact) =>
        new(fact + "; start a container engine and give --Infrastructure=containers, or leave the option out");
}
