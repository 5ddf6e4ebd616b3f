using FuturesEos.Contracts.Signals;

namespace FuturesEos.Contracts.Decisions;

/// <summary>What became of a signal.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="SignalId">The signal's identity.</param>
/// <param name="Decision">The decision, when it was decided.</param>
/// <param name="Refusal">Why it is late, when it is.</param>
public readonly record struct FoldResult(FoldKind Kind, Guid SignalId, Decision? Decision, Refusal Refusal);
