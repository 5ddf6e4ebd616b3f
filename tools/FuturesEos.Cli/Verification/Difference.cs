namespace FuturesEos.Cli.Verification;

/// <summary>One thing that is not as it had to be.</summary>
/// <param name="Stage">Where.</param>
/// <param name="Kind">What.</param>
/// <param name="Id">The id of what it concerns; a place (<c>topic partition:offset</c>) where it has none.</param>
/// <param name="Detail">One sentence.</param>
internal sealed record Difference(Stage Stage, DifferenceKind Kind, string Id, string Detail);
