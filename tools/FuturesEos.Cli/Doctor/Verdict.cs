namespace FuturesEos.Cli.Doctor;

/// <summary>How a checked thing is.</summary>
internal enum Verdict
{
    /// <summary>As it has to be.</summary>
    Ok,

    /// <summary>It works, and will not always.</summary>
    Warning,

    /// <summary>It does not work, or does not hold what is promised.</summary>
    Error,
}
