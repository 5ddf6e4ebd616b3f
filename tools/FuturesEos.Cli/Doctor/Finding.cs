namespace FuturesEos.Cli.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Verdict">How it is.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do; null when nothing is.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Detail, string? Remedy = null)
{
    /// <summary>As it has to be.</summary>
    public static Finding Ok(string check, string detail) => new(check, Verdict.Ok, detail);

    /// <summary>It works, and will not always.</summary>
    public static Finding Warning(string check, string detail, string remedy) =>
        new(check, Verdict.Warning, detail, remedy);

    /// <summary>It does not work, or does not hold what is promised.</summary>
    public static Finding Error(string check, string detail, string remedy) =>
        new(check, Verdict.Error, detail, remedy);
}
