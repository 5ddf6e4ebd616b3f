namespace FuturesEos.Cli.Supervision;

/// <summary>What a supervised pipeline is made of.</summary>
internal sealed record PipelineSettings
{
    /// <summary>Where everything is kept.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the children's logs go.</summary>
    public required string LogFolder { get; init; }

    /// <summary>The user's own brokers; none: the embedded broker is started.</summary>
    public string? BootstrapServers { get; init; }

    /// <summary>The user's own database; none: a private one is started.</summary>
    public string? Postgres { get; init; }

    /// <summary>Synthetic signals per second; 0: no generator.</summary>
    public double Rate { get; init; }

    /// <summary>
    /// Where clients connect instead of the server of a part (its name, its <c>host:port</c>): a proxy before it. The
    /// server itself by default.
    /// </summary>
    public Func<string, string, string> LinkTo { get; init; } = (_, address) => address;

    /// <summary>Who carries the outbox to Kafka.</summary>
    public Topology.Cdc Cdc { get; init; } = Topology.Cdc.Relay;

    /// <summary>Told in one line what happens.</summary>
    public required Action<string> Say { get; init; }
}
