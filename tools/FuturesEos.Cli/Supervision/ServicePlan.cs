namespace FuturesEos.Cli.Supervision;

/// <summary>How a service is started.</summary>
internal sealed record ServicePlan
{
    /// <summary>As status names it.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the program.</summary>
    public required string Executable { get; init; }

    /// <summary>Its command line; no secret, since everybody can read it.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Added to our environment: addresses and the password.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it answers for its health, <c>host:port</c>.</summary>
    public required string HttpAddress { get; init; }

    /// <summary>Where it listens for others.</summary>
    public string? Address { get; init; }
}
