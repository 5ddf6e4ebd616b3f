namespace FuturesEos.Cli.Chaos;

/// <summary>What a chaos run does.</summary>
internal sealed record ChaosSettings
{
    /// <summary>What faults and signals follow from.</summary>
    public required int Seed { get; init; }

    /// <summary>How long faults are injected.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Signals a second.</summary>
    public required double Rate { get; init; }

    /// <summary>How long after a fault's end the pipeline may take to be back at its rate.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Where the report goes: a web page; none: nowhere.</summary>
    public string? Report { get; init; }

    /// <summary>Whether the scratch folder stays.</summary>
    public bool Keep { get; init; }

    /// <summary>Who carries the outbox to Kafka.</summary>
    public Topology.Cdc Cdc { get; init; } = Topology.Cdc.Relay;

    /// <summary>The user's own brokers; none: the embedded broker.</summary>
    public string? BootstrapServers { get; init; }

    /// <summary>The user's own database; none: a private one.</summary>
    public string? Postgres { get; init; }
}
