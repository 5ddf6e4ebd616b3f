using System.CommandLine;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary>How many rows the commands show that show the newest.</summary>
internal static class NewestRows
{
    private const int Usual = 20;

    /// <summary><c>--limit 20</c>.</summary>
    public static Option<int> Limit { get; } = new("--limit", "-n")
    {
        Description = "how many, the newest first", HelpName = "N", DefaultValueFactory = _ => Usual,
    };

    /// <summary>The option's value.</summary>
    /// <exception cref="ExpectedFailure">It is no number above 0.</exception>
    public static int LimitOf(ParseResult parsed) => parsed.GetValue(Limit) is var limit and > 0
        ? limit : throw ExpectedFailure.Usage($"--limit {parsed.GetValue(Limit)}: it must be above 0");
}
