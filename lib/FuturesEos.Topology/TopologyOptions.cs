namespace FuturesEos.Topology;

/// <summary>What a user may choose about the system.</summary>
/// <param name="Shape">How many brokers.</param>
/// <param name="Cdc">Who reads the outbox.</param>
public sealed record TopologyOptions(ClusterShape Shape, Cdc Cdc)
{
    /// <summary>
    /// Ends the names of volumes: data belongs to one choice. Brokers' data names its quorum; and progress kept in
    /// Kafka and progress kept in PostgreSQL belong together.
    /// </summary>
    public string DataSuffix => $"{Shape.Brokers}-{Cdc.ToString().ToLowerInvariant()}";

    /// <summary>Reads <c>--Brokers</c> and <c>--Cdc</c>; what is not given: three brokers, Debezium.</summary>
    /// <exception cref="ArgumentException">One of them is none of its values; the text says what to give.</exception>
    public static TopologyOptions Parse(string? brokers, string? cdc) => new(ClusterShape.Parse(brokers), cdc switch
    {
        null or "" or "debezium" => Cdc.Debezium,
        "relay" => Cdc.Relay,
        _ => throw new ArgumentException($"--Cdc={cdc}: debezium (the default) or relay"),
    });

    /// <summary>Name of a volume of this choice's data.</summary>
    public string Volume(string of) => $"futures-eos-{DataSuffix}-{of}";
}
