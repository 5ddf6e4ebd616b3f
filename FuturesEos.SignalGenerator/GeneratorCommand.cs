using System.CommandLine;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.SignalGenerator;

/// <summary>The command line of the generator.</summary>
internal static class GeneratorCommand
{
    public const string Section = "Generator";

    private static readonly Argument<string?> Count = new("N")
    {
        Description = "how many (1000 without it)", Arity = ArgumentArity.ZeroOrOne,
    };

    public static ServiceCommand Create() =>
        new ServiceCommand("sends signals: synthetic ones, or those of --trades FILE")
            .Takes<GeneratorOptions>(Section)
            .Has("burst", "N signals at once, and end", Count)
            .Has("send", "the JSON lines of standard input, byte for byte, and end");

    /// <summary>The mode and what is given to it.</summary>
    public static IReadOnlyList<string> WordsOf(ParseResult parsed) =>
        ServiceCommand.ModeOf(parsed) is not { } mode ? []
        : parsed.GetResult(Count)?.Tokens is [var count] ? [mode, count.Value] : [mode];
}
