namespace FuturesEos.Cli.Chaos;

/// <summary>A fault that was injected, and how the pipeline took it.</summary>
/// <param name="Fault">What was done.</param>
/// <param name="From">When it began, since the run began.</param>
/// <param name="To">When it was over.</param>
internal sealed record InjectedFault(Fault Fault, TimeSpan From, TimeSpan To)
{
    /// <summary>From its end until signals went through at their rate again; null: not within the time given.</summary>
    public TimeSpan? RecoveredAfter { get; set; }
}
