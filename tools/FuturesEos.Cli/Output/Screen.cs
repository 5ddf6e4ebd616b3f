using Spectre.Console;

namespace FuturesEos.Cli.Output;

/// <summary>
/// Draws on stdout; without colour, and without movement, where stdout is no terminal or NO_COLOR is set.
/// </summary>
internal static class Screen
{
    // Wide enough for every table of ours: a file or a pipe has no edge at which to wrap.
    private const int WidthWithoutTerminal = 240;

    /// <summary>Whether a picture may move: stdout is a terminal and the user did not switch drawing off.</summary>
    public static bool IsLive => !Console.IsOutputRedirected && !IsPlain;

    /// <summary>Where tables go.</summary>
    public static IAnsiConsole Drawing { get; } = Create();

    /// <summary>Writes a table.</summary>
    public static void Write(Table table) => Drawing.Write(table);

    /// <summary>
    /// A table without frames, one line a row, as other tools of the shell like it; texts are not read as markup.
    /// </summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var column in columns)
        {
            var heading = new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))) { NoWrap = true };
            heading.Padding = new Padding(0, 0, 2, 0);
            table.AddColumn(heading);
        }

        return table;
    }

    /// <summary>Adds a row of plain texts.</summary>
    public static Table Row(this Table table, params string[] cells) =>
        table.AddRow(cells.Select(cell => new Text(cell)));

    private static bool IsPlain => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsLive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsLive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        if (Console.IsOutputRedirected) console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
