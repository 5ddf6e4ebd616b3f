namespace FuturesEos.Cli.Supervision;

/// <summary>How a run of a process ended.</summary>
/// <param name="ExitCode">What it ended with; 128 + signal when a signal ended it.</param>
/// <param name="Reason">In words: the signal, or the exit code and the last thing it said.</param>
/// <param name="LastWords">The last thing it said.</param>
internal sealed record RunEnd(int ExitCode, string Reason, string LastWords = "");
