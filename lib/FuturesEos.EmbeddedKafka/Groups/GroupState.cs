namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// States of a group of the classic protocol.
/// <code>
///            first member joins                all joined, or time is up           leader hands in assignment
///   Empty ----------------------> Preparing --------------------------> Completing -------------------------> Stable
///     ^                             ^   |                                  |                                    |
///     |      nobody is left         |   |                                  | a member joins, leaves or dies     |
///     +-----------------------------|---+                                  v                                    |
///                                   +-------------------------------------------------------------------------- +
///   Empty --- deleted ---> Dead
/// </code>
/// </summary>
internal enum GroupState
{
    /// <summary>No members; perhaps positions.</summary>
    Empty,

    /// <summary>Members are asked to join again; heartbeats say so.</summary>
    PreparingRebalance,

    /// <summary>The generation is known, its assignment not yet.</summary>
    CompletingRebalance,

    /// <summary>Everybody can have their assignment.</summary>
    Stable,

    /// <summary>Deleted: whoever still holds it must look again.</summary>
    Dead,
}
