namespace FuturesEos.Cli.Demo;

/// <summary>What the demonstration is to show.</summary>
internal sealed record DemoSettings
{
    /// <summary>File of trades.</summary>
    public required string Trades { get; init; }

    /// <summary>Symbol of the signals; none: from the file's name.</summary>
    public string? Symbol { get; init; }

    /// <summary>Whether processes are killed.</summary>
    public required bool Kills { get; init; }

    /// <summary>Whether the scratch folder stays.</summary>
    public required bool Keep { get; init; }

    /// <summary>The user's own brokers; none: the embedded broker.</summary>
    public string? BootstrapServers { get; init; }

    /// <summary>The user's own database; none: a private one.</summary>
    public string? Postgres { get; init; }
}
