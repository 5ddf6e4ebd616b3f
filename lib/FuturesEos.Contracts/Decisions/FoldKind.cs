namespace FuturesEos.Contracts.Decisions;

/// <summary>What became of a signal.</summary>
public enum FoldKind
{
    /// <summary>It gave a decision.</summary>
    Decided,

    /// <summary>It was taken before: it gives nothing and changes nothing.</summary>
    Duplicate,

    /// <summary>Its window is closed: it is a dead letter.</summary>
    Late,
}
