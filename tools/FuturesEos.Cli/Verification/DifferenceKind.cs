namespace FuturesEos.Cli.Verification;

/// <summary>What is wrong.</summary>
internal enum DifferenceKind
{
    /// <summary>Something had to follow and is not there: a gap.</summary>
    Missing,

    /// <summary>Something is there that follows from nothing: an orphan.</summary>
    Unexpected,

    /// <summary>It is there more than once.</summary>
    Duplicate,

    /// <summary>It is there, and says something else than what follows from its cause.</summary>
    Content,

    /// <summary>It is there, in an order in which it cannot have come about.</summary>
    Order,

    /// <summary>It is a dead letter for another reason than the stated one.</summary>
    Reason,

    /// <summary>Nothing was read: nothing is proved.</summary>
    Nothing,
}
