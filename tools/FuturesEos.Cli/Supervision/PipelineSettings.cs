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

    /// <summary>Told in one line what happens.</summary>
    public required Action<string> Say { get; init; }
}
