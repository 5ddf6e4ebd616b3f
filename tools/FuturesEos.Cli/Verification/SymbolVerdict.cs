namespace FuturesEos.Cli.Verification;

/// <summary>What an order of taking explains, and what not.</summary>
internal sealed class SymbolVerdict
{
    /// <summary>What it does not explain.</summary>
    public List<Difference> Differences { get; } = [];

    /// <summary>Signals that were dropped as repeated ones.</summary>
    public int Duplicates { get; set; }
}
