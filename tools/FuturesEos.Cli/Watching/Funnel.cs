namespace FuturesEos.Cli.Watching;

/// <summary>How much has come through, stage by stage: committed records only.</summary>
/// <param name="Signals">Records in the topics of signals.</param>
/// <param name="Decisions">Decisions.</param>
/// <param name="DeadLetters">Refused and late signals.</param>
/// <param name="Orders">Rows of orders.</param>
/// <param name="Events">Order events.</param>
/// <param name="Lag">Signals that the processor has not committed yet.</param>
internal sealed record Funnel(long Signals, long Decisions, long DeadLetters, long Orders, long Events, long Lag)
{
    /// <summary>Before anything was read.</summary>
    public static Funnel Empty { get; } = new(0, 0, 0, 0, 0, 0);
}
