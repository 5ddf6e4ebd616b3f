namespace FuturesEos.Cli.Deploying;

/// <summary>One command of a plan.</summary>
/// <param name="Title">What it does, for the user.</param>
/// <param name="Program">Name of the program.</param>
/// <param name="Arguments">Its arguments; never a secret.</param>
internal sealed record PlanStep(string Title, string Program, params string[] Arguments)
{
    /// <summary>Text for its standard input, made when the step runs: what must not stand in a command line.</summary>
    public Func<string>? Input { get; init; }

    /// <summary>Another command: where it succeeds, this step has nothing to do.</summary>
    public PlanStep? Unless { get; init; }

    /// <summary>Whether its output is what the user came for.</summary>
    public bool IsResult { get; init; }

    /// <summary>How a shell would write it.</summary>
    public override string ToString() => string.Join(' ', [Program, .. Arguments.Select(Quoted)]);

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c)
            || "-_./:=@,{}".Contains(c, StringComparison.Ordinal)) ? argument : $"'{argument}'";
}
