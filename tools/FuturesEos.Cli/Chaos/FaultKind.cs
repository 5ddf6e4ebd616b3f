namespace FuturesEos.Cli.Chaos;

/// <summary>What is done to a component.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL; its keeper starts it again.</summary>
    Kill,

    /// <summary>
    /// SIGSTOP for a while: it takes nothing and answers nothing, and then goes on as if no time had passed.
    /// </summary>
    Freeze,

    /// <summary>A clean stop; its keeper starts it again.</summary>
    Restart,

    /// <summary>Its network connections are reset, and none are taken for a while.</summary>
    Cut,

    /// <summary>Its network connections stay, and carry nothing for a while.</summary>
    Stall,
}
