namespace FuturesEos.ServiceDefaults;

/// <summary>
/// A failure that its user can do something about: ends the process with one sentence and an exit code, and never with
/// a stack trace.
/// </summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">Fact, number, remedy: what is wrong, at which address or value, and what to do.</param>
/// <param name="inner">What was caught, for the debug log.</param>
public sealed class ExpectedFailure(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>A wrong option or value (exit code 2).</summary>
    public static ExpectedFailure Usage(string message) => new(ServiceDefaults.ExitCode.Usage, message);

    /// <summary>Something that does not answer (exit code 3).</summary>
    public static ExpectedFailure Unreachable(string message, Exception? inner = null) =>
        new(ServiceDefaults.ExitCode.Unreachable, message, inner);
}
