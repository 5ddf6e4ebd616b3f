namespace FuturesEos.Cli.Supervision;

/// <summary>A process of the pipeline, as <c>eos status --json</c> prints it.</summary>
internal sealed record ProcessStatus
{
    /// <summary>broker, postgres, generator, processor, orders or relay.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required PartState State { get; init; }

    /// <summary>Process id; none when there is no process.</summary>
    public required int? Pid { get; init; }

    /// <summary>Where it listens, <c>host:port</c>.</summary>
    public required string? Address { get; init; }

    /// <summary><c>ok</c>, or what is wrong.</summary>
    public required string Health { get; init; }

    /// <summary>Where Prometheus would read.</summary>
    public required string? Metrics { get; init; }

    /// <summary>How often it was started again since <c>up</c> began.</summary>
    public required int Restarts { get; init; }

    /// <summary>Why its last run ended.</summary>
    public required string? LastEnd { get; init; }
}
