using Spectre.Console;

namespace FuturesEos.Cli.Output;

/// <summary>
/// Draws on stdout; without colour, and without movement, where stdout is no terminal or NO_COLOR is set.
/// </summary>
internal static class Screen
{
    /// <summary>Whether a picture may move: stdout is a terminal and the user did not switch drawing off.</summary>
    public static bool IsLive => !Console.IsOutputRedirected && !IsPlain;

    /// <summary>Where pictures that move go.</summary>
    public static IAnsiConsole Drawing { get; } = Create();

    /// <summary>
    /// Writes a table: on a terminal no wider than that, where it can be; elsewhere one line a row.
    /// </summary>
    public static void Write(TextTable table)
    {
        foreach (var (text, isHeading) in table.Lines(Width)) Console.Out.WriteLine(isHeading ? Bold(text) : text);
    }

    /// <summary>A table without frames, as other tools of the shell like it.</summary>
    public static TextTable Table(params string[] columns) => new(columns);

    /// <summary>Columns of the terminal; none where the output is none, or does not say.</summary>
    private static int? Width => !Console.IsOutputRedirected && Console.WindowWidth is var width and > 0 ? width : null;

    private static string Bold(string text) =>
        IsLive && Drawing.Profile.Capabilities.Ansi ? $"\e[1m{text}\e[0m" : text;

    private static bool IsPlain => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private static IAnsiConsole Create()
    {
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsLive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsLive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
        });
    }
}
