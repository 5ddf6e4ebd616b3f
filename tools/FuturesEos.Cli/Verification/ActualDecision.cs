using FuturesEos.Contracts.Decisions;

namespace FuturesEos.Cli.Verification;

/// <summary>A committed decision and where it lies.</summary>
internal sealed record ActualDecision(Decision Decision, int Partition, long Offset)
{
    /// <summary>The signal it says it follows from.</summary>
    public Guid SignalId => Decision.SignalId;
}
