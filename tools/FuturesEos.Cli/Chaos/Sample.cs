namespace FuturesEos.Cli.Chaos;

/// <summary>The pipeline at a moment.</summary>
/// <param name="At">Since the run began.</param>
/// <param name="Sent">Signals acknowledged so far.</param>
/// <param name="Taken">Decisions and dead letters committed so far.</param>
/// <param name="Events">Order events committed so far.</param>
/// <param name="Backlog">What lies before all stages together; null: somebody did not answer.</param>
/// <param name="RetainedWalBytes">What PostgreSQL keeps for the relay's slot; null: it did not answer, or there is no
/// slot.</param>
internal sealed record Sample(TimeSpan At, long Sent, long Taken, long Events, long? Backlog, long? RetainedWalBytes);
