using System.Globalization;

namespace FuturesEos.Cli.Chaos;

/// <summary>One fault of a plan.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Component">To whom.</param>
/// <param name="Length">How long it lasts; nothing for what is over at once.</param>
internal sealed record Fault(FaultKind Kind, string Component, TimeSpan Length)
{
    /// <summary>As <c>kills</c> counts it: a kill by the component's name alone, as <c>eos demo</c> does.</summary>
    public string Name => Kind == FaultKind.Kill ? Component : $"{Component}_{Kind.ToString().ToLowerInvariant()}";

    public override string ToString() => Length == TimeSpan.Zero
        ? $"{Kind.ToString().ToLowerInvariant()} {Component}"
        : string.Create(CultureInfo.InvariantCulture,
            $"{Kind.ToString().ToLowerInvariant()} {Component} for {Length.TotalSeconds:0.0} s");
}
