namespace FuturesEos.Cli.Supervision;

/// <summary>How a process is.</summary>
/// <param name="IsAlive">It answers, and its loop turns.</param>
/// <param name="IsHealthy">It does its work.</param>
/// <param name="State">In words, as the process says.</param>
internal sealed record PartHealth(bool IsAlive, bool IsHealthy, string State);
