namespace FuturesEos.Streams.Tasks;

/// <summary>
/// <code>
///            assigned                  position = log end
///   Created ─────────► Restoring ──────────────────────────► Running
///                       ▲  │  ▲                               │   │
///              assigned │  │  └───────────────────────────────┘   │
///                       │  │     unknown outcome, corruption      │
///                       │  ▼ revoked, lost                        │
///                      Suspended ◄────────────────────────────────┘
///                          │            revoked, lost
///                          ▼ given to another member, stop
///                        Closed
/// </code>
/// </summary>
internal enum TaskState
{
    Created,
    Restoring,
    Running,
    Suspended,
    Closed,
}

