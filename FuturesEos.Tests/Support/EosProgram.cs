using FuturesEos.Cli.Pipeline;

namespace FuturesEos.Tests.Support;

/// <summary>The <c>eos</c> command as its users start it.</summary>
internal static class EosProgram
{
    /// <summary>No address from outside leaks into a test.</summary>
    private static readonly Dictionary<string, string?> Clean = new()
    {
        ["ConnectionStrings__kafka"] = null, ["ConnectionStrings__futures"] = null, ["NO_COLOR"] = "1",
    };

    /// <summary>Starts it.</summary>
    public static ChildProgram Start(params string[] arguments) =>
        ChildProgram.Start(Installation.Executable("FuturesEos.Cli"), arguments, Clean);

    /// <summary>Starts it with these variables besides.</summary>
    public static ChildProgram Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ChildProgram.Start(Installation.Executable("FuturesEos.Cli"), arguments, With(environment));

    /// <summary>Starts it with these variables besides, and waits for its end.</summary>
    public static Task<(int ExitCode, string Data, string Talk)> RunAsync(
        IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ChildProgram.RunAsync(
            Installation.Executable("FuturesEos.Cli"), arguments, With(environment), Deadline.InSeconds(60));

    /// <summary>Starts it and waits for its end.</summary>
    public static Task<(int ExitCode, string Data, string Talk)> RunAsync(params string[] arguments) =>
        RunAsync(Deadline.In(Deadline.Usual), arguments);

    /// <summary>Starts it and waits for its end.</summary>
    public static Task<(int ExitCode, string Data, string Talk)> RunAsync(
        Deadline deadline, params string[] arguments) =>
        ChildProgram.RunAsync(Installation.Executable("FuturesEos.Cli"), arguments, Clean, deadline);

    private static Dictionary<string, string?> With(IReadOnlyDictionary<string, string?> environment) =>
        Clean.Concat(environment).GroupBy(variable => variable.Key)
            .ToDictionary(variable => variable.Key, variable => variable.Last().Value);
}
