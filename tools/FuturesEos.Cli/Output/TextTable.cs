using System.Text;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FuturesEos.Cli.Output;

/// <summary>
/// Rows of texts below headings. A cell is never cut and never broken: where a row is too long, it goes on in another
/// line, indented, with whole cells; a cell that is longer than a line stands alone in one.
/// </summary>
internal sealed class TextTable(params string[] columns)
{
    private const int Gap = 2;
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public TextTable Row(params string[] cells)
    {
        _rows.Add([.. cells.Select(OneLine)]);
        return this;
    }

    /// <summary>The lines, headings first.</summary>
    /// <param name="width">Longest line; null: as long as they have to be.</param>
    public IEnumerable<(string Text, bool IsHeading)> Lines(int? width)
    {
        var widths = new int[columns.Length];
        foreach (var row in _rows.Prepend(columns))
        {
            for (var i = 0; i < widths.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
        }

        var stretches = Stretches(widths, width ?? int.MaxValue);
        foreach (var row in _rows.Prepend(columns))
        {
            foreach (var (from, to) in stretches) yield return (Line(row, widths, from, to), row == columns);
        }
    }

    /// <summary>For a picture that is drawn again and again.</summary>
    public IRenderable Draw(int width) => new Rows(Lines(width).Select(
        line => new Text(line.Text, line.IsHeading ? new Style(decoration: Decoration.Bold) : Style.Plain)));

    // The columns of each line of a row.
    private static List<(int From, int To)> Stretches(int[] widths, int width)
    {
        var stretches = new List<(int, int)>();
        for (var from = 0; from < widths.Length;)
        {
            var to = from + 1;
            long used = (from > 0 ? Gap : 0) + widths[from];
            while (to < widths.Length && used + Gap + widths[to] <= width) used += Gap + widths[to++];
            stretches.Add((from, to));
            from = to;
        }

        return stretches;
    }

    private static string Line(string[] row, int[] widths, int from, int to)
    {
        var line = new StringBuilder();
        if (from > 0) line.Append(' ', Gap);
        for (var i = from; i < to; i++) line.Append(row[i]).Append(' ', widths[i] - row[i].Length + Gap);
        return line.ToString().TrimEnd(' ');
    }

    // a cell must not move the terminal's cursor
    private static string OneLine(string cell) =>
        cell.Any(char.IsControl) ? JsonSerializer.Serialize(cell, Json.Options)[1..^1] : cell;
}
