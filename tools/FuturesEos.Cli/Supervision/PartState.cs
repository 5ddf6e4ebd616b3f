namespace FuturesEos.Cli.Supervision;

/// <summary>
/// Where a supervised process stands.
/// <code>
///   Stopped ──► Starting ──healthy──► Running ◄──health──► Unhealthy
///      ▲           ▲  │ended             │ended               │ended
///      │stop       │  ▼                  ▼                    │
///      └───────── Pausing ◄──────────────┴────────────────────┘
/// </code>
/// A stop is obeyed in every state.
/// </summary>
internal enum PartState
{
    /// <summary>Not wanted, or not yet.</summary>
    Stopped,

    /// <summary>The process is there; it was not healthy so far.</summary>
    Starting,

    /// <summary>Healthy.</summary>
    Running,

    /// <summary>Was healthy and is not.</summary>
    Unhealthy,

    /// <summary>Ended by itself; starts again after a pause.</summary>
    Pausing,
}
