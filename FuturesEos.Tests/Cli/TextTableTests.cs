using FuturesEos.Cli.Output;
using Xunit;

namespace FuturesEos.Tests.Cli;

public class TextTableTests
{
    private static readonly TextTable Table = Made();

    [Fact]
    public void every_cell_is_whole_in_one_line_at_any_width()
    {
        for (var width = 1; width < 200; width++)
        {
            var lines = Table.Lines(width).Select(line => line.Text).ToList();
            foreach (var cell in (string[])["ID", "SYMBOL", "DETAIL", Id(1), Id(2), "BTCUSDT", "a long text of words"])
                Assert.Contains(lines, line => line.Contains(cell));
            // only a cell that is longer than the line makes it longer
            Assert.All(lines, line => Assert.True(line.Length <= Math.Max(width, Id(1).Length + 2)));
        }
    }

    [Fact]
    public void without_a_width_a_row_is_one_line() => Assert.Equal(3, Table.Lines(null).Count());

    [Fact]
    public void a_cell_does_not_move_the_cursor()
    {
        var table = new TextTable("DETAIL").Row("one\ntwo\u001b[2J");
        Assert.DoesNotContain(table.Lines(80), line => line.Text.Any(char.IsControl));
    }

    private static string Id(int n) => $"{n:00000000}-0000-4000-8000-000000000000";

    private static TextTable Made() => new TextTable("ID", "SYMBOL", "DETAIL")
        .Row(Id(1), "BTCUSDT", "a long text of words").Row(Id(2), "", "-");
}
